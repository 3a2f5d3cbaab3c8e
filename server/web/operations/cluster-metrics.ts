import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'

const ASK = 'twentythree:metrics?'
const ANSWER = 'twentythree:metrics'

type Message = { type: typeof ASK } | { type: typeof ANSWER; text: string }

/** In the process that starts the others: gives any of them the metrics of all. */
export function collectMetrics(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', async (worker: Worker, message: Message) => {
    if (message.type !== ASK) return
    const text = await all.clusterMetrics().catch(() => '')
    if (worker.isConnected()) worker.send({ type: ANSWER, text } satisfies Message)
  })
}

/** @returns how to read the metrics of every process that answers requests, from one of them, as Prometheus' text */
export function readMetrics(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics()
  // it answers the process that collects
  new AggregatorRegistry()
  AggregatorRegistry.setRegistries([registry])
  return () =>
    new Promise((resolve) => {
      const take = (message: Message) => {
        if (message.type !== ANSWER) return
        process.off('message', take)
        resolve(message.text)
      }
      process.on('message', take)
      process.send?.({ type: ASK } satisfies Message)
    })
}
