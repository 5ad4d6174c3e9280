/** One line of the report: the subject, its condition, and what to do. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail";
  readonly subject: string;
  readonly text: string;
  readonly advice?: string;
}

/** Makes the findings of one subject. */
export interface Subject {
  ok(text: string): Finding;
  /** It works, with a risk. */
  warn(text: string, advice: string): Finding;
  /** It doesn't work, or isn't safe. */
  fail(text: string, advice: string): Finding;
}

export const subject = (name: string): Subject => ({
  ok: (text) => ({ level: "ok", subject: name, text }),
  warn: (text, advice) => ({ level: "warn", subject: name, text, advice }),
  fail: (text, advice) => ({ level: "fail", subject: name, text, advice }),
});
