// Headless Chromium for the page's journeys: two widths, light and dark, pictures kept to be looked at.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const pictures = fileURLToPath(new URL('../../artifacts/local-slack/', import.meta.url))

export const sizes = {
  wide: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const

export const openBrowser = async (): Promise<Browser> => {
  assert.ok(
    existsSync(executablePath),
    `No Chromium at ${executablePath}: install it (apt install chromium) or set CHROMIUM_PATH.`,
  )
  mkdirSync(pictures, { recursive: true })
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface Visit {
  page: Page
  /** Errors of the page's own scripts; a refused control call is not one. */
  errors: string[]
  picture: (name: string) => Promise<void>
}

export const visit = async (
  browser: Browser,
  url: string,
  look: { size: keyof typeof sizes; scheme?: 'light' | 'dark' },
): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: sizes[look.size],
    colorScheme: look.scheme ?? 'light',
    hasTouch: look.size === 'phone',
    // pictures are of what stands, not of what is on its way
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/London',
  })
  const page = await context.newPage()
  // long: the machine may be busy with other things
  page.setDefaultTimeout(30_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isRefusal) errors.push(message.text())
  })
  await page.goto(url)
  // on a phone it is folded away, so not in the tree of roles
  await page.locator('nav.sidebar').waitFor({ state: 'attached' })
  return {
    page,
    errors,
    picture: async (name) => {
      await page.screenshot({ path: `${pictures}${name}-${look.size}-${look.scheme ?? 'light'}.png` })
    },
  }
}

/** Nothing may stick out at the side: a page that scrolls sideways is broken on a phone. */
export const assertFits = async (page: Page): Promise<void> => {
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.equal(excess, 0)
}

/** A control without a name is one that a screen reader cannot tell from the next. */
export const assertNamed = async (page: Page): Promise<void> => {
  const tree = await page.locator('body').ariaSnapshot()
  const nameless = tree
    .split('\n')
    .filter((line) =>
      /^\s*- (button|link|textbox|combobox|searchbox|checkbox|radio|switch|dialog|img)( \[[^\]]*\])*:?$/.test(
        line,
      ),
    )
  assert.deepEqual(nameless, [])
}

export const openMenuIfSmall = async (page: Page): Promise<void> => {
  const menu = page.getByRole('button', { name: 'Channels and people' })
  if (await menu.isVisible()) await menu.click()
}

/** To a channel, a person or the app, by its name at the left. */
export const goTo = async (page: Page, place: RegExp): Promise<void> => {
  await openMenuIfSmall(page)
  await page.getByRole('navigation').getByRole('button', { name: place }).click()
}

export const openPanel = async (page: Page): Promise<Locator> => {
  const panel = page.getByRole('complementary', { name: 'Try things' })
  if (!(await panel.isVisible())) await page.getByRole('button', { name: /Try/ }).click()
  return panel
}
