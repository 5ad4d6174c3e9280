import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";

const STANDARD_INPUT = "-";
/** More than any password, and little enough to read at once. */
const MOST_BYTES = 16 * 1024;

/**
 * Reads a password from a file or from standard input: one line, whose end doesn't count. On a
 * terminal it is asked for twice and not shown.
 */
export async function readPassword(file: string): Promise<string> {
  if (file !== STANDARD_INPUT) return readLine(createReadStream(file), file);
  return process.stdin.isTTY
    ? askPassword(process.stdin, process.stderr)
    : readLine(process.stdin, "standard input");
}

async function readLine(source: AsyncIterable<Buffer>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > MOST_BYTES) throw new Error(`${name} is too long for a password`);
  }
  const bytes = Buffer.concat(chunks);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${name} is not UTF-8: write the password as UTF-8`);
  }
  const password = text.replace(/\r?\n$/, "");
  if (password === "")
    throw new Error(`${name} has no password: it must have the password in one line`);
  if (/[\r\n]/.test(password))
    throw new Error(`${name} has several lines: it must have the password in one line`);
  return password;
}

/** Asks on a terminal, twice. What is typed goes to a stream that shows nothing. */
export async function askPassword(input: Readable, messages: Writable): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input, output: hidden, terminal: true });
  const answers: string[] = [];
  try {
    messages.write("New password (it is not shown): ");
    await new Promise<void>((resolve, reject) => {
      terminal.on("line", (line) => {
        answers.push(line);
        messages.write(answers.length === 1 ? "\nOnce more: " : "\n");
        if (answers.length === 2) resolve();
      });
      terminal.once("SIGINT", () => terminal.close());
      terminal.once("close", () => reject(new Error("no password was given: nothing is changed")));
    });
  } finally {
    terminal.close();
  }
  const [password, again] = answers;
  if (password !== again) throw new Error("the two passwords differ: nothing is changed");
  return password!;
}
