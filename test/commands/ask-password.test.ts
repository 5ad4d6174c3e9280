// The prompt for a password on a terminal.
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { askPassword } from "../../src/commands/users/read-password.ts";

/** Types keys at the prompt. */
async function typing(...keys: string[]) {
  const [input, messages] = [new PassThrough(), new PassThrough()];
  const shown = text(messages);
  const asked = askPassword(input, messages).finally(() => messages.end());
  for (const key of keys) input.write(key);
  const password = await asked.catch((error: Error) => error.message);
  return { password, shown: await shown };
}

test("a password is asked for twice and not shown", async () => {
  expect(await typing("correct horse\r", "correct horse\r")).toEqual({
    password: "correct horse",
    shown: "New password (it is not shown): \nOnce more: \n",
  });
});

test("two that differ, Ctrl+C and Ctrl+D change nothing", async () => {
  expect((await typing("correct\r", "horse\r")).password).toMatch(/differ/);
  const outcomes = await Promise.all(["\u0003", "\u0004"].map((key) => typing("a\r", key)));
  expect(outcomes.map(({ password }) => password)).toEqual(
    Array(2).fill("no password was given: nothing is changed"),
  );
});
