import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

export type { Logger } from "pino";

/**
 * Members that the log never shows. This is a second protection: no code logs a message or a header
 * in the first place.
 */
const SECRETS = [
  "password",
  "token",
  "secret",
  "authorization",
  "cookie",
  "code",
  "clientSecret",
  "accessToken",
  "refreshToken",
  "currentPassword",
  "newPassword",
];
/** The most characters of a text in a line. */
const MAX_TEXT = 512;
/** The most bytes that wait for a slow reader. Then lines are dropped, so that no request waits. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** How often the process tries to write its last lines, a tenth of a second apart. */
const LAST_TRIES = 10;

/** The most bytes that a pipe takes in one piece, by POSIX. */
const PIPE_BUF = 4096;

const cut = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;

/** Describes an error with its causes, without the texts of a query or a message. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  return {
    type: error.name,
    message: cut(error.message),
    stack: error.stack
      ?.split("\n")
      .slice(1, 12)
      .map((line) => cut(line.trim())),
    ...cause,
  };
}

/**
 * Creates a logger of JSON lines on standard error; each line contains `base`. Writes never block:
 * when the buffer is full, lines are dropped and `onDrop` gets their number. A write has whole
 * lines of at most 4 KiB, which a pipe keeps together when several processes write to it.
 */
export function createLog(
  level: string,
  {
    onDrop = () => undefined,
    base = {},
  }: { readonly onDrop?: ((lines: number) => void) | undefined; readonly base?: object } = {},
): Logger {
  let patience = Infinity;
  const destination = pino.destination({
    fd: 2,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
    maxWrite: PIPE_BUF,
    retryEAGAIN: () => patience-- > 0,
  });
  destination.on("drop", () => onDrop(1));
  // A log on a full disk doesn't end the process: the lines wait, and the next write tries again.
  let failing = false;
  destination.on("error", () => (failing = true)).on("write", () => (failing = false));
  // Reading this property makes a pipe or a socket non-blocking. Otherwise a write occupies one of
  // the few threads that hash passwords, and the process can't end before a reader reads.
  void process.stderr;
  process.prependOnceListener("exit", () => {
    patience = LAST_TRIES;
    try {
      // It would try for ever on a full disk.
      if (!failing) destination.flushSync();
    } catch {
      // The reader is gone or too slow.
    }
    destination.destroy();
  });
  return createLogTo(level, destination, base);
}

/** Creates a logger of the same lines to another destination. */
export function createLogTo(
  level: string,
  destination: DestinationStream,
  base: object = {},
): Logger {
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describe },
      redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: "[secret]" },
    },
    destination,
  );
}
