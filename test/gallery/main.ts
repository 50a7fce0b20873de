// npm run gallery: every card, window, Home and digest of the samples, and the HTML pages, at two widths, light and dark, as
// pictures on one page to be looked at: test/artifacts/gallery/index.html.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startLocalSlack } from '../../src/local-slack/server.ts'
import { openBrowser, sizes } from '../local-slack/page/browser.ts'
import { openGallery, type Scheme, type Size } from './shown.ts'
import { pagesOf } from './pages.ts'

const DIR = join(import.meta.dirname, '../artifacts/gallery')
rmSync(DIR, { recursive: true, force: true })
mkdirSync(DIR, { recursive: true })

const closing: (() => Promise<unknown>)[] = []
const t = { after: (close: () => Promise<unknown>) => void closing.unshift(close) }
const slack = await startLocalSlack({ rateLimits: false })
t.after(() => slack.stop())
const browser = await openBrowser()
t.after(() => browser.close())

const fileOf = (name: string, size: Size, scheme: Scheme) =>
  `${name.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}-${size}-${scheme}.png`
const names = new Set<string>()
const looks = (Object.keys(sizes) as Size[]).flatMap((size) =>
  (['light', 'dark'] as const).map((scheme) => ({ size, scheme })),
)
try {
  const gallery = await openGallery(slack, t)
  for (const { size, scheme } of looks) {
    await gallery.each(browser, { size, scheme }, async ({ name, element }) => {
      names.add(name)
      await element.screenshot({ path: join(DIR, fileOf(name, size, scheme)) })
    })
    for (const [name, html] of pagesOf()) {
      names.add(name)
      const page = await browser.newPage({ viewport: sizes[size], colorScheme: scheme })
      await page.setContent(html)
      await page.screenshot({ path: join(DIR, fileOf(name, size, scheme)), fullPage: true })
      await page.close()
    }
    console.log(`${names.size} at ${sizes[size].width} px, ${scheme}`)
  }
} finally {
  for (const close of closing) await close()
}

const picture = (name: string, { size, scheme }: (typeof looks)[number]) =>
  `<figure><figcaption>${sizes[size].width} px, ${scheme}</figcaption><img loading="lazy" alt="${name}, ${sizes[size].width} px, ${scheme}" src="${fileOf(name, size, scheme)}"></figure>`
writeFileSync(
  join(DIR, 'index.html'),
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
<style>body { font: 15px/1.5 system-ui; margin: 2rem } section div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start }
figure { margin: 0 } figcaption { color: #666 } img { max-width: min(100%, 720px); border: 1px solid #ccc }</style>
<h1>Gallery</h1>${[...names]
    .map(
      (name) =>
        `<section><h2>${name}</h2><div>${looks.map((look) => picture(name, look)).join('')}</div></section>`,
    )
    .join('\n')}</html>`,
)
console.log(pathToFileURL(join(DIR, 'index.html')).href)
