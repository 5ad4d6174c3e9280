import { sendTestMail } from "../../app/test-mail.ts";
import { readConfig } from "../../config/settings.ts";
import type { Language } from "../../domain/email/language.ts";
import { visibleText } from "../../domain/security/visible-text.ts";
import { printJson } from "../cli/output.ts";
import { mailAdvice } from "../doctor/mail.ts";

/** Sends a test e-mail; ends with 1 when it was not sent. */
export async function testMail(to: string, language: Language): Promise<void> {
  const config = readConfig();
  const { server } = config.mail;
  const { answer, failure, milliseconds } = await sendTestMail(config, to, language);
  if (server === undefined && failure !== undefined)
    throw new Error(`the e-mail can't be written: ${failure.answer}`);
  const from = config.mail.from.address;
  printJson({
    to,
    from,
    ...(server !== undefined && { server: server.host }),
    sent: failure === undefined && server !== undefined,
    ...(server === undefined ? { file: answer } : { answer: answer ?? failure?.answer }),
    ...(failure && { reason: failure.reason, code: failure.code }),
    milliseconds,
  });
  if (failure === undefined) return;
  process.stderr.write(
    `The e-mail was not sent: ${failure.reason} (${visibleText(failure.answer)})\n` +
      `What to do: ${mailAdvice(failure.reason)}\n`,
  );
  process.exitCode = 1;
}
