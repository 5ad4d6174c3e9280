// One mailbox is one key, however its address is written; what is no address has none.
import { domainToASCII } from "node:url";
import { describe, expect, test } from "vitest";
import {
  deliveryAddress,
  emailKey,
  emailKeyPrefix,
  emailKeys,
  parseEmail,
} from "../../../src/domain/accounts/email-address.ts";

describe("one mailbox", () => {
  const MAILBOXES: Readonly<Record<string, readonly string[]>> = {
    "ada@xn--bcher-kva.example": [
      "ada@bücher.example",
      "ada@xn--bcher-kva.example",
      "ADA@XN--BCHER-KVA.EXAMPLE.",
      "Ada@BÜCHER.example",
      "ada@bu\u0308cher.example",
      " ada@bücher。example\u3002 ",
      "ada@ｂücher．example",
    ],
    "victim@mail.example": [
      "victim@ｍail.example",
      "victim@mａil.example",
      "victim@ｍａｉｌ.example",
      "victim@mail。example",
      "victim@mail｡example",
      "victim@mail．example．",
      "VICTIM@Mail.Example",
      "victim@𝐦𝐚𝐢𝐥.example",
      "victim@ᴹail.example".replace("ᴹ", "ᵐ"),
      "victim@ma\u2170l.example",
    ],
    "kelvin@k.example": ["\u212aelvin@k.example", "Kelvin@\u212a.example"],
    "ασ@a.example": ["ΑΣ@a.example", "ας@a.example", "ασ@a.example"],
    "почта@xn--e1afmkfd.xn--p1ai": [
      "почта@пример.рф",
      "ПОЧТА@ПРИМЕР.РФ",
      "почта@xn--e1afmkfd.xn--p1ai",
    ],
    "v@xn--fa-hia.example": ["v@faß.example", "v@FAẞ.example"],
  };
  test.each(Object.entries(MAILBOXES))("%s", (key, spellings) => {
    expect(spellings.map(emailKey)).toEqual(spellings.map(() => key));
  });

  test("has the domain that a URL parser makes of it, also where it is plain ASCII", () => {
    const labels = ["a", "A1", "1", "0x1", "0X7f", "-a", "a-", "a--b", "xn--", "XN--a", "b_c"];
    const domains = [...labels, "xn--bcher-kva", "999999999999"].flatMap((label) => [
      label,
      ...labels.map((other) => `${label}.${other}`),
    ]);
    const kept = domains.filter((domain) => {
      const key = emailKey(`ada@${domain}`);
      if (key !== undefined) expect(key, domain).toBe(`ada@${domainToASCII(domain)}`);
      return key !== undefined;
    });
    expect(kept).toContain("a--b.A1");
    expect(kept).toContain("xn--bcher-kva.a");
    expect(kept).not.toContain("a.0X7f");
    expect(kept).toHaveLength(41);
  });

  test.each([
    ["faß@a.example", "fass@a.example"],
    ["ı@a.example", "i@a.example"],
    ["v@faß.example", "v@fass.example"],
    ["a.b@a.example", "ab@a.example"],
    ["a+b@a.example", "a@a.example"],
  ])("%s and %s are two", (one, other) => {
    expect([one, other].map(emailKey)).not.toContain(undefined);
    expect(emailKey(one)).not.toBe(emailKey(other));
  });

  test("keeps its user's spelling, in NFC; e-mail goes to the domain of the DNS", () => {
    expect(parseEmail(" Ada@Bu\u0308cher.example ").address).toBe("Ada@Bücher.example");
    expect(deliveryAddress("Ada@Bücher.example")).toBe("Ada@xn--bcher-kva.example");
    expect(deliveryAddress("Почта@пример.рф")).toBe("Почта@xn--e1afmkfd.xn--p1ai");
    expect(deliveryAddress("kept@10.0.0.1")).toBe("kept@10.0.0.1");
  });
});

// prettier-ignore
describe("no address", () => {
  test.each([
    ["an address of the network", [
      "v@127.0.0.1", "v@0x7f.1", "v@2130706433", "v@0", "v@1.2.3", "v@mail.1", "v@mail.0x1",
      "v@[::1]", "v@[127.0.0.1]", "v@１２７.0.0.1", "v@①", "v@١٢٣",
    ]],
    ["what a URL would take for more than a domain", [
      "v@a:80", "v@a/b", "v@a?b", "v@a#b", "v@a\\b", "v@a@b", "v@a%2eb", "v@%6dail.example",
      "v@a b.example", "v@user:p@host", "v@℀.example", "v@㏂.example",
    ]],
    ["labels that no name has", [
      "v@.example", "v@a..b", "v@a.example..", "v@-a.example", "v@a-.example", "v@a_b.example",
      "v@*.example", `v@${"a".repeat(64)}.example`, `v@${"ü".repeat(60)}.example`,
      `v@${"abcdefg.".repeat(32)}example`, "v@\u0301a.example", "v@xn--a-.example",
    ]],
    ["what is not seen in a domain", [
      "v@so\u00adft.example", "v@a\u200bb.example", "v@a\u200cb.example", "v@a\u200db.example",
      "v@a\u2060b.example", "v@a\ufe0fb.example", "v@a\u180bb.example",
    ]],
    ["what is not seen in a local part", [
      "v\u00ad@a.example", "v\u200b@a.example", "v\u2060@a.example", "v\u202e@a.example",
      "v\u3164@a.example", "v\u115f@a.example", "v\ufe0f@a.example", "v\u034f@a.example",
      "v\u2800@a.example", "v\u{e0041}@a.example", "v\u00a0w@a.example",
    ]],
    ["letters that pretend to be others in a local part", [
      "ｖ@a.example", "ſam@a.example", "ﬁ@a.example", "𝐯@a.example", "a²@a.example", "ª@a.example",
    ]],
    ["too much", [
      `${"a".repeat(250)}@b.example`, `${"a".repeat(230)}@é.é.é.é`, "\u0301".repeat(60_000),
      `${" ".repeat(600)}v@a.example`,
    ]],
  ])("%s", (_, texts) => {
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter((text) => emailKey(text) !== undefined)).toEqual([]);
  });
});

describe("looking for users", () => {
  test("by the own spelling first, as older versions kept it", () => {
    expect(emailKeys("Ada@Bücher.example")).toEqual([
      "ada@bücher.example",
      "ada@xn--bcher-kva.example",
    ]);
    expect(emailKeys("ada@example.com")).toEqual(["ada@example.com"]);
    expect(emailKeys("v@10.0.0.1")).toEqual(["v@10.0.0.1"]);
    expect(emailKeys("nobody")).toEqual([]);
  });

  test.each([
    ["Ada", "ada"],
    ["ada@Ex", "ada@ex"],
    ["ada@bücher.ex", "ada@xn--bcher-kva.ex"],
    ["ada@büch", "ada@xn--"],
    ["ada@ｍａｉｌ.ex", "ada@mail.ex"],
    ["", ""],
  ])("%j begins as %j", (text, prefix) => {
    expect(emailKeyPrefix(text)).toBe(prefix);
  });
});
