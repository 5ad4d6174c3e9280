// Golden transcripts: what is sent, and the answer to the last byte. A transcript is read as bytes,
// one character each, so that all texts are compared as bytes.

/** A header as it is written, its name in lower case. */
export type Header = readonly [name: string, value: string];

/** A request with placeholders. */
export interface RequestTemplate {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  /** Each is sent alone. */
  readonly bodies: readonly string[];
}

/** An answer with placeholders. A header without a value must not be there. */
export interface AnswerTemplate {
  readonly status: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** Requests that all get one answer. */
export interface Entry {
  readonly title: string;
  readonly requests: readonly RequestTemplate[];
  readonly answer: AnswerTemplate;
  /** How often each is sent. */
  readonly times: number;
  /** How far the clock moves before, in milliseconds. */
  readonly after: number;
  /** Whether the database goes away before. */
  readonly closesStore: boolean;
}

/** A whole file. */
export interface Transcript {
  readonly settings: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

const TITLE = /^(?=### )/m;
const REQUEST = /^(?=[A-Z]+ (?:\/|\*|https?:)\S*$)/m;
const STATUS = /^(?=HTTP\/1\.1 \d{3} )/m;
const HEADER = /^([\w-]+):(?: (.*))?$/;
const COMMENT = /^#( |$)/;
const VARIABLE = /^@(\w+) = (.*)$/gm;
const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Parses a transcript; throws an Error that shows what can't be read. */
export function parseTranscript(bytes: Buffer): Transcript {
  const text = bytes.toString("latin1");
  const start = text.search(TITLE);
  const [head, entries] = [text.slice(0, start), text.slice(start).split(TITLE)];
  const settings = directive(head, "settings").flatMap((line) => line.split(" "));
  const headers = directive(head, "every answer").map(parseHeader);
  return {
    settings: Object.fromEntries(
      settings.map((setting) => [
        setting.split("=", 1)[0]!,
        setting.slice(setting.indexOf("=") + 1),
      ]),
    ),
    variables: Object.fromEntries(
      [...head.matchAll(VARIABLE)].map(([, name, value]) => [name!, value!]),
    ),
    entries: entries.map((entry) => parseEntry(entry, headers)),
  };
}

function parseEntry(text: string, always: readonly Header[]): Entry {
  const [before = "", answer, ...more] = text.split(STATUS);
  const [head = "", ...requests] = before.split(REQUEST);
  const title = head.split("\n", 1)[0]!.replace("### ", "");
  if (answer === undefined || more.length > 0 || requests.length === 0)
    throw new Error(`needs requests and one answer: ${title}`);
  const { start, headers, body } = parseMessage(answer);
  const own = new Set(headers.map(([name]) => name));
  return {
    title: Buffer.from(title, "latin1").toString(),
    requests: requests.map(parseRequest),
    answer: {
      status: start,
      headers: [...always.filter(([name]) => !own.has(name)), ...headers],
      body,
    },
    times: Number(directive(head, "times")[0] ?? 1),
    after: directive(head, "after").reduce((sum, value) => sum + parseDuration(value), 0),
    closesStore: directive(head, "store").length > 0,
  };
}

function parseRequest(text: string): RequestTemplate {
  const { start, headers, body } = parseMessage(text);
  const [method = "", target = ""] = start.split(" ");
  const lines = body.split("\n");
  // A list: a body in each line, with comments between them.
  if (lines.every((line) => /^[|#] /.test(line))) {
    return {
      method,
      target,
      headers,
      bodies: lines.filter((line) => line.startsWith("| ")).map((line) => line.slice(2)),
    };
  }
  const isMultipart = headers.some(
    ([name, value]) => name === "content-type" && value.startsWith("multipart/"),
  );
  return { method, target, headers, bodies: [isMultipart ? body.replaceAll("\n", "\r\n") : body] };
}

/**
 * Reads a message as HTTP writes it: a line, headers, an empty line, and the body, without the line
 * feeds at its end.
 */
function parseMessage(text: string): { start: string; headers: Header[]; body: string } {
  const [head = "", ...body] = text.split("\n\n");
  const [start = "", ...lines] = head
    .split("\n")
    .filter((line) => line !== "" && !COMMENT.test(line));
  return { start, headers: lines.map(parseHeader), body: body.join("\n\n").replace(/\n+$/, "") };
}

function parseHeader(line: string): Header {
  const [, name, value = ""] = HEADER.exec(line) ?? [];
  if (name === undefined) throw new Error(`is no header: ${line}`);
  return [name.toLowerCase(), value];
}

/** The values of a directive, a comment such as `# times: 60`. */
function directive(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`^# ${name}: (.+)$`, "gm"))].map(([, value]) => value!);
}

function parseDuration(text: string): number {
  const [, count, unit = ""] = /^(\d+) (second|minute|hour|day)s?$/.exec(text) ?? [];
  if (count === undefined) throw new Error(`is no duration: ${text}`);
  return Number(count) * UNITS[unit]!;
}
