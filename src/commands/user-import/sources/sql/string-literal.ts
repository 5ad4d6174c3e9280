const ESCAPED: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
};

/**
 * Returns the index behind the string that begins with the quote at `from`; -1 if the text may end
 * before it does. A doubled quote doesn't end it.
 */
export function stringEnd(text: string, from: number, escapes: boolean): number {
  const quote = text[from]!;
  for (let at = from + 1; ;) {
    const close = text.indexOf(quote, at);
    if (close === -1 || close + 1 === text.length) return -1;
    if (escapes && backslashesBefore(text, close, from) % 2 === 1) at = close + 1;
    else if (text[close + 1] === quote) at = close + 2;
    else return close + 1;
  }
}

function backslashesBefore(text: string, at: number, from: number): number {
  let count = 0;
  while (at - count - 1 > from && text[at - count - 1] === "\\") count += 1;
  return count;
}

/** Returns what a string says between its quotes. */
export const unescapedString = (text: string, escapes: boolean): string =>
  escapes
    ? text.replaceAll(/\\([\s\S])|''/g, (_, letter?: string) =>
        letter === undefined ? "'" : (ESCAPED[letter] ?? letter),
      )
    : text.replaceAll("''", "'");
