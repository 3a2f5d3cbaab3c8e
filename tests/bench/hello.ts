// The measure of all pages: Express answering with a word, as a process of its own.
import express from 'express'

express()
  .get('/', (_req, res) => {
    res.send('hello')
  })
  .listen(Number(process.env['PORT']), '127.0.0.1')
