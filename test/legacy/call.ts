// A call of a documented API as its clients make it.

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends parameters as a form, or none; follows no redirect. */
export async function call(
  url: string,
  method: string,
  parameters?: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const body = parameters === undefined ? null : new URLSearchParams(parameters);
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The same call several times at once; answers the statuses, sorted. */
export async function race(
  count: number,
  make: (index: number) => Promise<Answered>,
): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => make(index)));
  return answers.map(({ status }) => status).toSorted((a, b) => a - b);
}
