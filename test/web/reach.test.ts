// Every page by the keyboard alone, without JavaScript, in Russian, whose words are the longest.
// Each control is reached and shows its focus, each form can be sent, and nothing is too wide.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { useBrowser } from "./browser.ts";
import { everyPage, plainNames } from "./every-page.ts";

const used = useServer({
  environment: { SIGN_UP_CONFIRMATION: "on", KOKIDS_PREDECESSOR: "http://127.0.0.1:9" },
});
const browser = useBrowser();

/** A desk, the same at 200 % zoom, a telephone, and what WCAG 1.4.10 asks for (400 % of 1280). */
const WIDTHS = [1440, 720, 360, 320] as const;

/** Of a group of radio buttons, Tab reaches one. */
const PREPARE = `
  for (const each of document.querySelectorAll("details")) each.open = true;
  window.groupOf = (each) =>
    each.type === "radio" ? each.form.action + " " + each.name : each;
  window.controls = new Set(
    [...document.querySelectorAll(
      "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']",
    )]
      .filter((each) => each.checkVisibility() && !each.disabled)
      .map(groupOf),
  );
  window.dim = [];
  document.activeElement.blur();
  getSelection().setPosition(document.body, 0);
  controls.size;
`;

/** Notes the control that has the focus; returns how many are left, and whether it is a control. */
const NOTE = `(() => {
  const now = document.activeElement;
  if (now === document.body) return [controls.size, false];
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(now);
  const { width, height } = now.getBoundingClientRect();
  const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && width * height > 0;
  // In a frame, the focus is on a part of its own document.
  const isFrame = now instanceof HTMLIFrameElement;
  if (!isFrame && (!isSeen || outlineColor === "rgba(0, 0, 0, 0)")) dim.push(now.outerHTML);
  controls.delete(groupOf(now));
  return [controls.size, true];
})()`;

/** What is wrong with the page for a visitor without a mouse and without scripts. */
const LEFT = `({
  unreached: [...controls].map((each) => each.outerHTML ?? each),
  dim,
  dead: [...document.querySelectorAll("form")]
    .filter((form) => !form.querySelector("button:not([type=button]), input[type=submit]"))
    .map((form) => form.outerHTML),
  needsScript: [...document.querySelectorAll("button[type=button], [onclick]")]
    .map((each) => each.outerHTML),
})`;

/** Presses Tab until every control had the focus, or the focus has gone round. */
async function tabThrough(page: Page): Promise<number> {
  const count = await page.evaluate<number>(PREPARE);
  // A field for a date takes several presses.
  for (let presses = 0, left = count, rounds = 0; left > 0 && rounds < 2; presses++) {
    if (presses > 3 * count + 30) break;
    await page.keyboard.press("Tab");
    const [now, isControl] = await page.evaluate<[number, boolean]>(NOTE);
    left = now;
    if (!isControl) rounds++;
  }
  return count;
}

/** What reaches out of the window sideways, but for what scrolls in a region of its own. */
const WIDE = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll("main *, header *, footer *")]
    .filter((each) => !each.closest(".scroll"))
    .filter((each) => each.getBoundingClientRect().right > clientWidth)
    .map((each) => innerWidth + " px: " + each.outerHTML.slice(0, 200));
})()`;

/** What is too wide at some width. */
async function overflows(page: Page): Promise<readonly string[]> {
  const wide: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    wide.push(...(await page.evaluate<string[]>(WIDE)));
  }
  await page.setViewportSize({ width: WIDTHS[0], height: 800 });
  return wide;
}

test("every page is used by the keyboard alone, without scripts, at every width", async () => {
  const page = await browser.open({ javaScript: false, locale: "ru", width: WIDTHS[0] });
  const faults: string[][] = [];
  let [pages, controls] = [0, 0];
  for (const { name, lead } of await everyPage(used, plainNames())) {
    await lead(page);
    const wide = await overflows(page);
    controls += await tabThrough(page);
    const left = await page.evaluate<Record<string, readonly string[]>>(LEFT);
    for (const [fault, places] of Object.entries({ wide, ...left }))
      if (places.length > 0) faults.push([name, fault, ...places]);
    pages++;
  }
  expect(faults).toEqual([]);
  expect(pages).toBeGreaterThan(55);
  expect(controls).toBeGreaterThan(12 * pages);
});

/** Presses Tab until a control with this name has the focus. */
async function reach(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 90; presses++) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate<string>(`(() => {
      const { ariaLabel, labels, textContent } = document.activeElement;
      return (ariaLabel ?? labels?.[0]?.textContent ?? textContent).trim();
    })()`);
    if (label === name || label.startsWith(`${name}:`)) return;
  }
  throw new Error(`no control of ${page.url()} is called ${name}`);
}

/** Presses a key that leads to another page, and waits for it. */
async function follow(page: Page, key: "Enter" | "Space"): Promise<void> {
  await Promise.all([page.waitForEvent("framenavigated"), page.keyboard.press(key)]);
  await page.waitForLoadState();
}

test("an administrator works by the keyboard alone", async () => {
  const page = await browser.open({ javaScript: false });
  const [administrator, user] = [await used.signUp(), await used.signUp()];
  await used.server.store.users.setAdministrator(administrator.id, true, 0);
  const said = () => page.getByRole("status").textContent();
  await page.goto(`${used.url}/sign-in?return=/administration`);
  // Without scripts Chromium gives no field the focus by itself.
  await page.locator("#identifier").focus();
  await page.keyboard.type(administrator.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(administrator.password);
  await follow(page, "Enter");
  await page.goto(`${used.url}/administration/user?id=${user.id}`);
  await reach(page, "Lock…");
  await follow(page, "Enter");
  await reach(page, "Reason");
  await page.keyboard.type("Reported as stolen");
  await follow(page, "Enter");
  expect(await said()).toBe("User locked.");
  await reach(page, "Unlock");
  await follow(page, "Space");
  expect(await said()).toBe("User unlocked.");
  // A dangerous act is a summary that opens, and a button in it.
  await reach(page, "Revoke all access");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await follow(page, "Enter");
  expect(await said()).toBe("All sessions and tokens of the user were revoked.");
});
