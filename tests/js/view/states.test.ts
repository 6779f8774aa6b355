// Checks of every state of the views: axe finds no violation, every text comes from a table, and
// nothing overflows. A screenshot of each state is saved in build/screenshots.

import { mkdirSync, readFileSync } from "node:fs";

import type { AxeResults } from "axe-core";
import type { Page } from "puppeteer-core";
import { describe, expect, it } from "vitest";

import { useBrowser } from "../harness/browsers";
import type { StatesPage } from "../pages/states";

declare const statesPage: StatesPage;
declare const axe: { run: (options: object) => Promise<AxeResults> };

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const PICTURES = "build/screenshots/view";

/** The styles that hosts set for widgets: JupyterLab's colours, marimo's color-scheme. */
const THEMES: Record<string, string> = {
  light: ":root { color-scheme: light }",
  dark: ":root { color-scheme: dark }",
  "JupyterLab light": `:root { background: #fff; --jp-ui-font-color1: rgba(0, 0, 0, 0.87);
    --jp-brand-color1: #1976d2 }`,
  "JupyterLab dark": `:root { background: #111; --jp-ui-font-color1: rgba(255, 255, 255, 1);
    --jp-brand-color1: #2196f3 }`,
  "JupyterLab high contrast": `:root { background: #000; --jp-ui-font-color1: #fff;
    --jp-brand-color1: #1aebff }`,
  marimo: `:root { color-scheme: dark; --background: #181c1a } body { color: #f1f5f9;
    background: var(--background) }`,
};

/** Texts that come from no table: times, types, names of devices, messages of Python. */
const DATA = [
  /^[\d:. /]+$/,
  /^audio\/webm;codecs=\w+$/,
  /^USB PnP Sound Device/,
  /^The disk is full\.$/,
  /^The journal's disk/,
  /^(The quick brown fox|wordword|<img src=x|I may be recorded|It is too quiet|It begins with|No space)/,
  /^(yes|no|an unusually long label.*)$/,
];

const bench = useBrowser("chromium", "states");

async function open(query = ""): Promise<{ page: Page; names: string[] }> {
  const { page, site } = bench;
  await page.goto(`${site.url}/states${query}`);
  await page.waitForFunction(() => "statesPage" in globalThis);
  await page.addStyleTag({ content: THEMES["light"]! });
  return { page, names: await page.evaluate(() => statesPage.names) };
}

const applyTheme = (page: Page, theme: string) =>
  page.evaluate((css) => {
    document.querySelector("style")!.textContent = css;
  }, THEMES[theme]!);

describe("every state", () => {
  it("passes axe in every theme, and is saved as a screenshot", { timeout: 120_000 }, async () => {
    mkdirSync(PICTURES, { recursive: true });
    const { names } = await open();
    const found: string[] = [];
    for (const name of names) {
      const { page } = await open();
      await page.setViewport({ width: 580, height: 240 });
      await page.evaluate((name) => statesPage.enter(name), name);
      await page.evaluate(AXE);
      for (const theme of Object.keys(THEMES)) {
        await applyTheme(page, theme);
        const rules = theme === "light" ? null : ["color-contrast"];
        found.push(...(await violations(page, rules)).map((what) => `${name}, ${theme}: ${what}`));
        if (theme === "light" || theme === "dark") {
          const file = `${name.replaceAll(" ", "-")}-${theme}.png`.toLowerCase();
          await page.screenshot({ path: `${PICTURES}/${file}`, clip: await visibleArea(page) });
        }
      }
    }
    expect(found).toEqual([]);
  });

  it("has all its texts from a table, and fits longer texts", { timeout: 120_000 }, async () => {
    const { names } = await open("?pseudo");
    const found: string[] = [];
    for (const name of names) {
      const { page } = await open("?pseudo");
      await page.setViewport({ width: 320, height: 400 });
      await page.evaluate((name) => statesPage.enter(name), name);
      const texts = await page.evaluate(() => statesPage.texts());
      expect(texts.length).toBeGreaterThan(0);
      const untranslated = texts.filter(
        (text) => !/^«.*»( \(R\))?$/s.test(text) && !DATA.some((data) => data.test(text)),
      );
      found.push(...untranslated.map((text) => `${name}: ${text}`));
      for (const direction of ["ltr", "rtl"]) {
        await page.evaluate((dir) => void (document.documentElement.dir = dir), direction);
        const wide = await page.evaluate(() => statesPage.overflowing());
        found.push(...wide.map((what) => `${name}, ${direction}: ${what} overflows`));
      }
    }
    expect(found).toEqual([]);
  });
});

it("axe finds a low contrast and a missing name", async () => {
  const { page } = await open();
  await page.evaluate((name) => statesPage.enter(name), "at rest");
  await page.evaluate(AXE);
  await page.evaluate(() => statesPage.breakAccessibility());
  const found = await violations(page, null);
  expect(found.some((what) => what.startsWith("color-contrast"))).toBe(true);
  expect(found.some((what) => what.startsWith("button-name"))).toBe(true);
});

/** Return the area of the page that a state occupies. */
async function visibleArea(page: Page) {
  const bottom = await page.evaluate(() => document.body.getBoundingClientRect().bottom);
  return { x: 0, y: 0, width: 580, height: Math.max(bottom + 8, 94) };
}

/** Return the violations of axe's rules, except rules about whole pages. */
async function violations(page: Page, rules: string[] | null): Promise<string[]> {
  const results = await page.evaluate(
    (rules) =>
      axe.run({
        ...(rules && { runOnly: rules }),
        rules: Object.fromEntries(
          ["region", "html-has-lang", "document-title", "page-has-heading-one", "landmark-one-main"]
            .filter((rule) => rules === null || rules.includes(rule))
            .map((rule) => [rule, { enabled: false }]),
        ),
      }),
    rules,
  );
  return results.violations.map(({ id, nodes }) => `${id} in ${nodes.map((n) => n.html).join()}`);
}
