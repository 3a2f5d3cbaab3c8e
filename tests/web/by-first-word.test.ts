import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express, { type RequestHandler, Router } from 'express'
import { expect, test } from 'vitest'
import { byFirstWord } from '../../server/web/by-first-word.ts'

/** What an app with this handler answers: the route's name, or a status. */
async function asked(handler: RequestHandler | Router[], address: string, method = 'GET'): Promise<string | number> {
  const app = express().use(handler)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${address}`, { method })
  const text = await answer.text()
  server.close()
  return answer.status === 200 ? text : answer.status
}

function router(...paths: string[]): Router {
  const made = Router()
  for (const path of paths)
    made.get(path, (req, res) => {
      res.send(`${path} ${Object.values(req.params).join()}`)
    })
  return made
}

const routers = [router('/', '/things/:n'), router('/me', '/people/new', '/people/:handle'), router('/things/:n/steps')]

test.each([
  ['/', '/ '],
  ['/?a=/me', '/ '],
  ['/me', '/me '],
  ['/ME/?x=1', '/me '],
  ['/things/3', '/things/:n 3'],
  ['/things/3/steps', '/things/:n/steps 3'],
  ['/people/new', '/people/new '],
  ['/people/a%20b', '/people/:handle a b'],
  ['/people', 404],
  ['/%6de', 404],
  ['//me', 404],
  ['/nowhere', 404],
  ['/constructor', 404],
])('%s is answered as Express alone would', async (address, answer) => {
  expect(await asked(byFirstWord(routers), address)).toBe(answer)
  expect(await asked(routers, address)).toBe(answer)
})

test('what no route of the word takes goes on', async () => {
  expect(await asked(byFirstWord(routers), '/me', 'POST')).toBe(404)
})

test('a route that begins with no fixed word is refused at the start', () => {
  expect(() => byFirstWord([router('/:anything')])).toThrow('/:anything')
  expect(() => byFirstWord([Router().use((_req, _res, next) => next())])).toThrow()
})
