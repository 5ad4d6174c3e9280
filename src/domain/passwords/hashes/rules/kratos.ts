// Kratos' notations for plain digests: a template of salt and password in base64, and HMAC.
import { type Format, refusal } from "../stored-hash.ts";
import { ruledText } from "./ruled-hash.ts";

const BASE64 = String.raw`([A-Za-z0-9+/]*={0,2})`;
const SALTED = new RegExp(
  String.raw`^\$(md5|sha1|sha224|sha256|sha384|sha512)\$pf=${BASE64}\$${BASE64}\$${BASE64}$`,
);
const PLAIN = new RegExp(String.raw`^\$(md5|sha1|sha224|sha256|sha384|sha512)\$${BASE64}$`);
const HMAC = new RegExp(
  String.raw`^\$hmac-(md5|sha1|sha224|sha256|sha384|sha512)\$${BASE64}\$${BASE64}$`,
);
const bytes = (text: string): Buffer => Buffer.from(text, "base64");

export const kratosDigest: Format = (text, { read }) => {
  const [, salted, template = "", salt = "", digest = ""] = SALTED.exec(text) ?? [];
  if (salted !== undefined)
    return read(
      ruledText(
        `${salted}(${ruleOf(bytes(template).toString())})`,
        { salt: bytes(salt) },
        bytes(digest),
      ),
    );
  const [, plain, plainDigest = ""] = PLAIN.exec(text) ?? [];
  if (plain !== undefined) return read(ruledText(`${plain}({password})`, {}, bytes(plainDigest)));
  const [, hmac, mac = "", key = ""] = HMAC.exec(text) ?? [];
  return hmac === undefined
    ? undefined
    : read(ruledText(`hmac_${hmac}({salt},{password})`, { salt: bytes(key) }, bytes(mac)));
};

/** Writes a template as the text of a rule. */
function ruleOf(template: string): string {
  if (!template.includes("{PASSWORD}")) throw refusal("has a template without {PASSWORD}");
  return template
    .split(/(\{SALT\}|\{PASSWORD\})/)
    .map((part) => {
      if (part === "{SALT}" || part === "{PASSWORD}") return part.toLowerCase();
      if (part.includes("'")) throw refusal("has a template with an apostrophe");
      return part === "" ? "" : `'${part}'`;
    })
    .join("");
}
