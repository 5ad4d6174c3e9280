// What the doctor finds. It owns the three kinds of findings and must not know what is looked at.

/** One line: what was looked at, how it is, and what to do about it. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  readonly subject: string;
  readonly text: string;
  readonly advice?: string;
}

/** A subject's findings, made. */
export interface Subject {
  ok(text: string): Finding;
  /** It works, but not as it should. */
  warn(text: string, advice: string): Finding;
  /** It doesn't work, or isn't safe. */
  fail(text: string, advice: string): Finding;
}

export const subject = (name: string): Subject => ({
  ok: (text) => ({ level: "ok", subject: name, text }),
  warn: (text, advice) => ({ level: "warn", subject: name, text, advice }),
  fail: (text, advice) => ({ level: "fail", subject: name, text, advice }),
});
