// Letters as their readers see them.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";

/** A letter that has arrived. */
export interface Arrived {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The first link in it. */
  readonly link: string;
}

/** RFC 2045 section 6.7 and 6.8. */
function decode(content: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(content, "base64").toString();
  if (encoding !== "quoted-printable") return content;
  const bytes = content
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** RFC 2047. */
const decodeHeader = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, form: string, words: string) =>
      form.toUpperCase() === "B"
        ? decode(words, "base64")
        : decode(words.replaceAll("_", " "), "quoted-printable"),
    );

/** Reads the bytes of a letter. */
export function read(source: string): Arrived {
  const header = (name: string): string =>
    decodeHeader(
      new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, "mi").exec(source)?.[1] ?? "",
    ).replace(/\r?\n[ \t]/g, " ");
  const part = (type: string): string => {
    const [, headers = "", content = ""] =
      new RegExp(`Content-Type: ${type}(.*?)\\r?\\n\\r?\\n(.*?)\\r?\\n-{2,}[^\\s]`, "s").exec(
        source,
      ) ?? [];
    return decode(content, /Transfer-Encoding: (\S+)/.exec(headers)?.[1] ?? "7bit");
  };
  const text = part("text/plain");
  return {
    to: header("To"),
    subject: header("Subject"),
    text,
    html: part("text/html"),
    link: /https?:\/\/\S+/.exec(text)?.[0] ?? "",
  };
}

/** Every letter in the folder, the oldest first. */
export async function lettersIn(folder: string): Promise<Arrived[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml"));
  return Promise.all(
    names.sort().map(async (name) => read(await readFile(join(folder, name), "utf8"))),
  );
}

/** The letters to an address, once there are so many; the newest last. */
export async function lettersTo(folder: string, address: string, count = 1): Promise<Arrived[]> {
  const find = async () => (await lettersIn(folder)).filter(({ to }) => to === address);
  await expect.poll(async () => (await find()).length).toBeGreaterThanOrEqual(count);
  return find();
}

/** The newest of so many. */
export const letterTo = async (folder: string, address: string, count = 1): Promise<Arrived> =>
  (await lettersTo(folder, address, count)).at(-1)!;
