// The HTML report in headless Chromium: what it looks like, how it works, and what it may not do.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const folder = process.env.PAGES;
const pictures = process.env.PICTURES;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const names = readdirSync(folder).filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -5)).sort();
// the rules look at every element: the pages of thousands are alike, one of hundreds stands for them
const small = names.filter((name) => name !== "5000");
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };
let browser;

before(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser?.close());

// a page, and all that it did which it may not: requests, errors, breaches of its policy, dialogs
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults = [];
  const url = pathToFileURL(path.join(folder, `${name}.html`)).href;
  page.on("request", (request) => request.url() !== url && faults.push(`request of ${request.url()}`));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => faults.push(message.text()));
  page.on("dialog", (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url);
  return { page, context, faults };
}

const unfoldAll = (page) => page.evaluate(() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
});

// axe asks for colours and sizes of all that is shown; evaluated from outside, it needs no hole in the page's policy
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
}

describe("every page", () => {
  for (const name of small) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${name} has no accessibility violation, ${colorScheme}, folded and unfolded`, async () => {
        const { page, context, faults } = await open(name, { colorScheme });
        assert.deepEqual(await violations(page), []);
        await unfoldAll(page);
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(faults, []);
        await context.close();
      });
    }

    test(`${name} fits a phone, folded and unfolded`, async () => {
      const { page, context, faults } = await open(name, { viewport: PHONE, isMobile: true });
      assert.deepEqual(await violations(page), []);
      for (const unfold of [false, true]) {
        if (unfold) await unfoldAll(page);
        const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        assert.ok(content <= PHONE.width && room <= PHONE.width, `${content} and ${room} wide`);
      }
      assert.deepEqual(faults, []);
      await context.close();
    });

    test(`${name} is valid HTML`, async () => {
      const rules = {
        extends: ["html-validate:standard"],
        // style of the source, which nobody reads, and a doctype that is as it should be
        rules: { "no-trailing-whitespace": "off", "doctype-style": "off", "void-style": "off", "long-title": "off", "require-sri": "off", "no-inline-style": "off" },
      };
      const report = await new HtmlValidate(rules).validateString(readFileSync(path.join(folder, `${name}.html`), "utf8"));
      assert.deepEqual(report.results.flatMap((one) => one.messages.map((m) => `${m.line}: ${m.ruleId}: ${m.message}`)), []);
    });
  }
});

test("hostile text runs nothing, and its own policy would let it run nothing", async () => {
  const { page, context, faults } = await open("hostile");
  await unfoldAll(page);
  assert.equal(await page.locator("img, iframe, object, embed, form, base, link").count(), 0);
  assert.equal(await page.locator("script").count(), 1);
  assert.deepEqual(faults, []);
  await page.evaluate(() => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.bad = 1'><p id=p style='color: red'>"); });
  await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => window.bad), undefined);
  for (const part of ["inline event handler", "inline style", "Loading the image"]) {
    assert.ok(faults.some((fault) => fault.startsWith(part) || fault.includes(`${part} violates`)), `${part}: ${faults.join("\n")}`);
  }
  await context.close();
});

test("it works by keyboard", async () => {
  const { page, context } = await open("recorded");
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim().replace(/\s+/g, " "));
  const outline = () => page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the root causes");
  assert.ok((await page.locator(".skip").boundingBox()).y >= 0, "the link to skip is seen while it has the focus");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.match(await focused(), /^TagNotFound/);
  assert.equal(await outline(), "solid");
  assert.equal(await page.locator("#c1").evaluate((one) => one.open), false);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#c1").evaluate((one) => one.open), true);
  await page.screenshot({ path: path.join(pictures, "keyboard.png") });
  await page.keyboard.press("Space");
  assert.equal(await page.locator("#c1").evaluate((one) => one.open), false);
  await context.close();
});

test("the filter hides what doesn't match, and says how much is left", async () => {
  const { page, context } = await open("recorded");
  const shown = () => page.locator(".card:visible").count();
  const found = page.locator("#found");
  assert.equal(await shown(), 43);
  await page.fill("#filter", "payments TagNotFound");
  await page.waitForFunction(() => document.getElementById("found").textContent);
  assert.equal(await found.textContent(), `${await shown()} of 43 root causes`);
  assert.ok(await shown() < 10);
  await page.fill("#filter", "frontend-9fd6ff554-zmmbf");
  await page.waitForFunction(() => document.getElementById("found").textContent === "1 of 43 root causes");
  await page.locator(".card:visible").evaluate((one) => { one.open = true; one.querySelector(".others").open = true; });
  assert.equal(await page.locator(".item:visible").count(), 1);
  await page.fill("#filter", "nosuchword");
  await page.waitForFunction(() => document.getElementById("found").textContent === "0 of 43 root causes");
  await page.fill("#filter", "");
  await page.waitForFunction(() => !document.getElementById("found").textContent);
  assert.equal(await shown(), 43);
  await context.close();
});

test("the filter works on facts, and what a message or a fix says of others is none", async () => {
  const { page, context } = await open("recorded");
  await page.fill("#filter", "corp-registry-good");
  await page.waitForFunction(() => document.getElementById("found").textContent === "0 of 43 root causes");
  await context.close();
});

test("a bar or a row sets the filter, and takes it back", async () => {
  const { page, context } = await open("recorded");
  const name = page.locator(".grid button", { hasText: "private.corp.example" });
  await name.click();
  assert.equal(await page.inputValue("#filter"), "private.corp.example");
  assert.equal(await name.getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("#found").textContent(), "7 of 43 root causes");
  await page.locator(".places button", { hasText: "payments" }).click();
  assert.equal(await page.inputValue("#filter"), "private.corp.example payments");
  await name.click();
  assert.equal(await page.inputValue("#filter"), "payments");
  assert.equal(await name.getAttribute("aria-pressed"), "false");
  await context.close();
});

test("the root causes stand on the first screen", async () => {
  for (const viewport of [WIDE, { width: 390, height: 844 }]) {
    const { page, context } = await open("recorded", { viewport });
    const card = await page.locator("#c1").boundingBox();
    assert.ok(card.y + card.height <= viewport.height, `${viewport.width}: ${card.y} and ${card.height}`);
    await context.close();
  }
});

test("all commands of a fix are copied at once", async () => {
  const { page, context } = await open("cluster", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.click("#c3 > summary");
  await page.locator("#c3 .copy-all").click();
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  assert.equal(copied.length, 2);
  assert.ok(copied.every((line) => line.startsWith("kubectl -n payments ")));
  await context.close();
  // what takes a fix back is not copied with it
  const recorded = await open("recorded", { permissions: ["clipboard-read", "clipboard-write"] });
  await recorded.page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
  const repair = recorded.page.locator(".card .repair:has(.undo):has(.copy-all)").first();
  await repair.locator(".copy-all").click();
  const commands = await repair.locator(":scope > .command code").allTextContents();
  assert.ok(commands.length > 1);
  assert.equal(await recorded.page.evaluate(() => navigator.clipboard.readText()), commands.join("\n"));
  await recorded.context.close();
});

test("all root causes are unfolded and folded at once", async () => {
  const { page, context } = await open("recorded");
  const isOpen = () => page.locator(".card[open]").count();
  assert.equal(await isOpen(), 0);
  await page.click("#unfold");
  assert.equal(await isOpen(), 43);
  await page.click("#unfold");
  assert.equal(await isOpen(), 0);
  await context.close();
});

test("a command is copied as it is", async () => {
  const { page, context } = await open("cluster", { permissions: ["clipboard-read", "clipboard-write"] });
  await page.click("#c3 > summary");
  const button = page.locator("#c3 .copy").nth(1);
  await button.click();
  assert.equal(
    await page.evaluate(() => navigator.clipboard.readText()),
    `kubectl -n payments patch serviceaccount default -p '{"imagePullSecrets":[{"name":"corp-pull"}]}'`,
  );
  assert.equal(await button.textContent(), "Copied");
  await context.close();
});

test("a link to a failure unfolds what it is in", async () => {
  const { page, context } = await open("5000");
  await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = false; });
  const link = page.locator(".item a").first();
  const target = (await link.getAttribute("href")).slice(1);
  await page.evaluate((hash) => { location.hash = hash; }, target);
  await page.locator(`#${target}`).waitFor({ state: "visible" });
  assert.ok(await page.locator(`#${target}`).evaluate((one) => one.open && one.getBoundingClientRect().top < window.innerHeight));
  await context.close();
});

test("without scripts all is there and folds", async () => {
  const { page, context, faults } = await open("recorded", { javaScriptEnabled: false });
  assert.equal(await page.locator("#tools").isVisible(), false);
  assert.equal(await page.locator(".copy").count(), 0);
  await page.click("#c1 > summary");
  assert.ok(await page.locator("#c1 .repair").first().isVisible());
  assert.deepEqual(faults, []);
  await context.close();
});

test("it prints what is unfolded, and no tools", async () => {
  const { page, context } = await open("cluster");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("#tools").isVisible(), false);
  assert.equal(await page.locator(".card:visible").count(), 5);
  assert.ok((await page.pdf({ format: "A4" })).length > 10_000);
  await context.close();
});

for (const name of ["400", "5000"]) {
  test(`${name} failures are usable`, async (context_) => {
    const started = performance.now();
    const { page, context, faults } = await open(name);
    const loaded = performance.now() - started;
    const times = await page.evaluate(async () => {
      const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const timed = async (work) => { const from = performance.now(); work(); await painted(); return performance.now() - from; };
      const filter = document.getElementById("filter");
      const others = document.querySelector(".others");
      const unfold = await timed(() => { others.parentElement.parentElement.open = true; others.open = true; });
      const search = await timed(() => {
        filter.value = "node-7 service-07";
        filter.dispatchEvent(new Event("input"));
      });
      return { unfold, search };
    });
    await page.waitForFunction(() => document.getElementById("found").textContent.endsWith("of 7 root causes"));
    const size = statSync(path.join(folder, `${name}.html`)).size;
    context_.diagnostic(
      `${name} failures: ${(size / 1e6).toFixed(1)} MB, loaded in ${loaded.toFixed(0)} ms, ` +
      `unfolded in ${times.unfold.toFixed(0)} ms`,
    );
    assert.deepEqual(faults, []);
    // far above what it takes, far below what is a nuisance
    assert.ok(loaded < 10_000 && times.unfold < 5_000, JSON.stringify({ loaded, ...times }));
    await context.close();
  });
}

test("pictures to look at", async () => {
  for (const [picture, name, options, unfolded] of [
    // docs/report.png is this one
    ["report", "recorded", { viewport: { width: 1280, height: 1400 } }, ["#c2"]],
    ["light", "recorded", { viewport: WIDE }, []],
    ["dark", "recorded", { viewport: WIDE, colorScheme: "dark" }, []],
    ["unfolded-light", "recorded", {}, ["#c1", "#c2", "#c2 .others", "#f1"]],
    ["unfolded-dark", "recorded", { colorScheme: "dark" }, ["#c2", "#c6"]],
    ["phone", "recorded", { viewport: PHONE }, ["#c2"]],
    ["clusters", "clusters", {}, []],
    ["hostile", "hostile", {}, []],
    ["nothing", "nothing-fails", { viewport: { width: 1280, height: 500 } }, []],
    ["crowd", "400", { viewport: WIDE }, []],
  ]) {
    const { page, context } = await open(name, options);
    for (const one of unfolded) await page.locator(one).first().evaluate((element) => { element.open = true; });
    await page.screenshot({ path: path.join(pictures, `${picture}.png`), fullPage: !options.viewport || picture === "phone" });
    await context.close();
  }
});
