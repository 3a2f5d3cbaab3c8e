import type { Request, Response, Router } from 'express'
import type { AwardDetails } from '../badges/awards/award-details.ts'
import { awardOf } from '../badges/policy.ts'
import type { Services } from '../services.ts'
import { contentDisposition } from '../web/files/content-disposition.ts'
import { anybody } from '../web/http/access.ts'
import { allowCrossOrigin } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { queryText } from '../web/http/params.ts'
import { sendBody } from '../web/http/send-body.ts'
import { bakePng, bakeSvg } from './baking.ts'
import { achievementOf, didDocument, issuerProfile, jwkOf } from './credential-builder.ts'
import { CREDENTIALS_V2, OPEN_BADGES } from './jsonld-contexts.ts'
import { JWT_ALGORITHMS } from './jwt.ts'
import { keyPages } from './key-pages.ts'
import { verifyPages } from './verify-pages.ts'

const LD_JSON = 'application/ld+json'
const PNG_WIDTH = 600

/** What others need to verify our badges, and the badges themselves as files to take along. */
export function credentialRoutes(router: Router, services: Services): void {
  const { awardDetails, config, credentials, drawAward, images, settings } = services
  const { base_url } = config

  keyPages(router, services)
  verifyPages(router, services)

  router.get('/issuer', anybody, (_req, res) => {
    sendPublic(res, {
      '@context': [CREDENTIALS_V2, OPEN_BADGES],
      ...issuerProfile({ base_url, name: settings.siteName() }),
    })
  })

  router.get('/.well-known/did.json', anybody, (_req, res) => {
    sendPublic(res, didDocument(base_url, credentials.keys.public()), 'application/did+json')
  })

  router.get('/issuer/keys/:key', anybody, (req, res) => {
    const key = credentials.keys.public().find(({ id }) => id === req.params['key']) ?? notFound()
    sendPublic(res, jwkOf(key), 'application/jwk+json')
  })

  router.get('/achievements/:badge/:version', anybody, (req, res) => {
    const achievement = achievementOf(versionOf(req), credentials.issuer())
    sendPublic(res, { '@context': [CREDENTIALS_V2, OPEN_BADGES], ...achievement })
  })

  router.get('/achievements/:badge/:version/badge.svg', anybody, (req, res) => {
    setDrawingHeaders(res)
    allowCrossOrigin(res)
    res.setHeader('Cache-Control', 'public, max-age=300')
    sendBody(res, drawAward(versionOf(req)))
  })

  router.get('/status/:list', anybody, async (req, res) => {
    const list = credentials.lists.credential(Number(req.params['list'])) ?? notFound()
    sendPublic(res, await list, 'application/vc+ld+json')
  })

  router.get('/awards/:award/credential.json', anybody, async (req, res) => {
    const award = awardOf(req, awardDetails)
    const json = await credentials.json(award)
    res.setHeader('Content-Type', `${LD_JSON}; charset=utf-8`)
    sendFile(res, award, 'json', JSON.stringify(json))
  })

  router.get('/awards/:award/credential.jwt', anybody, async (req, res) => {
    const alg = JWT_ALGORITHMS.find((each) => each === queryText(req, 'alg')) ?? 'RS256'
    const award = awardOf(req, awardDetails)
    const jwt = await credentials.jwt(award, alg)
    res.setHeader('Content-Type', 'application/vc+jwt')
    sendFile(res, award, 'jwt', jwt)
  })

  router.get('/awards/:award/badge.svg', anybody, async (req, res) => {
    const award = awardOf(req, awardDetails)
    const json = await credentials.json(award)
    setDrawingHeaders(res)
    sendFile(res, award, 'svg', bakeSvg(drawAward(award), json))
  })

  router.get('/awards/:award/badge.png', anybody, async (req, res) => {
    const award = awardOf(req, awardDetails)
    const json = await credentials.json(award)
    const png = await images.svgToPng({ svg: drawAward(award), width: PNG_WIDTH })
    res.setHeader('Content-Type', 'image/png')
    sendFile(res, award, 'png', bakePng(png, json))
  })

  function versionOf(req: Request) {
    return awardDetails.version(String(req.params['badge']), Number(req.params['version'])) ?? notFound()
  }
}

/** The same for everybody, and readable by other sites' verifiers. */
function sendPublic(res: Response, document: object, type = LD_JSON): void {
  allowCrossOrigin(res)
  res.setHeader('Cache-Control', 'public, max-age=300')
  res.setHeader('Content-Type', `${type}; charset=utf-8`)
  sendBody(res, JSON.stringify(document, null, 2))
}

/** Sends an award as a file that names the badge and who earned it. */
function sendFile(res: Response, { badge, person }: AwardDetails, extension: string, content: string | Buffer): void {
  allowCrossOrigin(res)
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader(
    'Content-Disposition',
    contentDisposition({ words: [badge.title, person.name], otherwise: 'badge', extension }),
  )
  sendBody(res, content)
}

function setDrawingHeaders(res: Response): void {
  res.setHeader('Content-Type', 'image/svg+xml; charset=utf-8')
  res.setHeader('Content-Security-Policy', "sandbox; default-src 'none'")
}
