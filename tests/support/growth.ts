import { expect } from 'vitest'

/** What is over so soon needs no comparison, and would only compare the ticks of the clock. */
const SOON_MS = 20
const LEAST_ROUNDS = 3
const ROUNDS = 15

/**
 * Twice the input takes at most 2.5 times the processor time; a quadratic algorithm takes 4 times. Both are measured by
 * turns in one run, and again until they are clear of what else the machine does.
 * @param inputOf makes an input of a size
 */
export async function expectLinear<Input>(
  size: number,
  inputOf: (size: number) => Input,
  work: (input: Input) => unknown,
): Promise<void> {
  const [half, whole] = [inputOf(size / 2), inputOf(size)]
  // the first run compiles the code
  if ((await cost(() => work(whole))) < SOON_MS) return
  const sum = { half: 0, whole: 0 }
  for (let round = 1; round <= ROUNDS; round++) {
    // as long as the other, so that what disturbs the one disturbs the other
    sum.half += (await cost(() => work(half))) / 2 + (await cost(() => work(half))) / 2
    sum.whole += await cost(() => work(whole))
    if (round >= LEAST_ROUNDS && sum.whole <= 2.5 * sum.half) return
  }
  expect.fail(`Half of the input took ${sum.half} ms, the whole ${sum.whole} ms`)
}

/** Processor time of this thread, in milliseconds. */
export async function cost(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage()
  await work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
