const ESCAPED: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Splits a line of PostgreSQL's COPY into its values, undefined where they are NULL. */
export const copyValues = (line: string): (string | undefined)[] =>
  line
    .split("\t")
    .map((cell) =>
      cell === String.raw`\N`
        ? undefined
        : cell.replaceAll(
            /\\(?:x([0-9a-f]{1,2})|([0-7]{1,3})|([\s\S]))/gi,
            (_, hex?: string, octal?: string, letter?: string) =>
              letter === undefined
                ? String.fromCharCode(
                    Number.parseInt(hex ?? octal!, hex === undefined ? 8 : 16) & 255,
                  )
                : (ESCAPED[letter] ?? letter),
          ),
    );
