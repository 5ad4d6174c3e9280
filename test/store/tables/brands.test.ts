import { describe, expect, it } from "vitest";
import { NO_BRAND, type StoredBrand } from "../../../src/domain/branding/brand.ts";
import { MAX_LOGO_BYTES } from "../../../src/domain/branding/logo.ts";
import { stores } from "../../mariadb.ts";
import { id, NOW } from "../samples.ts";

const aBrand = (given: Partial<StoredBrand> = {}): StoredBrand => ({
  ...NO_BRAND,
  realm: "shop",
  version: id(),
  changedAt: NOW,
  name: "Лавка 店 🛍",
  color: "#7a1f5c",
  ...given,
});

describe.each(stores)("brands on $engine", ({ use }) => {
  const test = use();

  it("are stored, replaced, listed by realm and deleted", async () => {
    const { brands } = test.store;
    const full = aBrand({
      colorDark: "#ffb4e1",
      logo: { type: "image/png", content: Buffer.alloc(MAX_LOGO_BYTES, 255).toString("base64") },
      links: { terms: "https://example.com/terms", support: "mailto:help@example.com" },
      letters: [{ kind: "sign-up", language: "zh", subject: "店", text: "一\n二".repeat(4_000) }],
    });
    await brands.save(aBrand());
    await brands.save(full);
    const other = aBrand({ realm: "academy" });
    await brands.save(other);
    expect(await brands.find("shop")).toEqual(full);
    expect(await brands.find("none")).toBeUndefined();
    expect(await brands.versions()).toEqual(
      [other, full].map(({ realm, version }) => ({ realm, version })),
    );
    expect([await brands.delete("shop"), await brands.delete("shop")]).toEqual([true, false]);
    expect(await brands.versions()).toHaveLength(1);
  });
});
