// Brands by RPC: the same rules, values and letters as on the page of administration.
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { beforeAll, describe, expect, test } from "vitest";
import { BrandingService } from "../../../gen/identity/v1/branding_pb.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { reason as refusal } from "../../clients/refusal.ts";
import { PNG } from "../../domain/branding/samples.ts";
import { clientToken, register } from "../../oauth/flow.ts";
import { useServer } from "../../use-server.ts";
import { administrationPages } from "../../web/administration/administration-pages.ts";

const PATH = "/administration/appearance";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine, environment: { BRAND_NAME: "Acme", KOKIDS_REALM: "games" } });
  const { signedIn, administrate } = administrationPages(used, systemClock);
  const brandingAs = (token: string) =>
    createClient(
      BrandingService,
      createGrpcTransport({
        baseUrl: used.url,
        interceptors: [
          (next) => (request) => {
            request.header.set("authorization", `Bearer ${token}`);
            return next(request);
          },
        ],
      }),
    );
  let branding: ReturnType<typeof brandingAs>;
  beforeAll(async () => {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["branding.read", "branding.write"],
    });
    branding = brandingAs(await clientToken(used.url, client));
  });
  const details = async () => {
    const [event] = await used.server.store.audit.list({ type: "brand.update" }, { limit: 1 });
    return event!.details;
  };

  test("are changed by a mask, read, listed and deleted", async () => {
    const letter = { kind: "sign-up", language: "zh", subject: "{name}", text: "一\n二" };
    const { brand } = await branding.updateBrand({
      brand: {
        realm: "shop",
        name: "The shop",
        logo: PNG,
        color: "#7A1F5C",
        links: { terms: "https://example.com/terms" },
        letters: [letter],
      },
    });
    expect(brand).toMatchObject({ name: "The shop", logoType: "image/png", color: "#7a1f5c" });
    // Without a mask, an empty field stays; with one, it goes back to the default.
    await branding.updateBrand({ brand: { realm: "shop", color: "#2459d6" } });
    await branding.updateBrand({
      brand: { realm: "shop" },
      updateMask: { paths: ["name", "links"] },
    });
    const { brand: own, effectiveBrand } = await branding.getBrand({ realm: "shop" });
    expect(own).toMatchObject({ name: "", color: "#2459d6", letters: [letter], realm: "shop" });
    expect(own!.links).toMatchObject({ terms: "" });
    expect(Buffer.from(own!.logo)).toEqual(PNG);
    expect(own!.updateTime).toBeDefined();
    expect(effectiveBrand).toMatchObject({ name: "Acme", color: "#2459d6" });

    const { brands } = await branding.listBrands({});
    expect(brands.map(({ realm }) => realm)).toEqual(["default", "games", "shop"]);
    expect(brands.map(({ logo, letters }) => logo.length + letters.length)).toEqual([0, 0, 0]);
    expect(brands.map(({ logoType }) => logoType)).toEqual(["", "", "image/png"]);

    await branding.deleteBrand({ realm: "shop" });
    await branding.deleteBrand({ realm: "shop" });
    expect((await branding.getBrand({ realm: "shop" })).brand!.updateTime).toBeUndefined();
  });

  test("a page and an RPC store, refuse and record the same", async () => {
    const administrator = await used.signUp();
    await administrate(administrator);
    const agent = await signedIn(administrator);
    const values = { name: "Two ways", color: "#7A1F5C", color_dark: "" };
    const links = { terms: "https://example.com/t", privacy: "", imprint: "", support: "" };
    await agent.get(PATH);
    await agent.post(PATH, { realm: "page", ...values, ...links });
    const byPage = await details();
    await branding.updateBrand({
      brand: { realm: "rpc", name: values.name, color: values.color, links },
      updateMask: { paths: ["name", "color", "color_dark", "links"] },
    });
    expect({ ...(await details()), realm: "page" }).toEqual(byPage);
    const [page, rpc] = await Promise.all(
      ["page", "rpc"].map((realm) => used.server.store.brands.find(realm)),
    );
    const { version: _, changedAt: __, ...stored } = page!;
    expect(rpc).toMatchObject({ ...stored, realm: "rpc" });

    const wrong = [
      { name: "a\u202eb" },
      { color: "#ffcc00" },
      { links: { ...links, terms: "http://example.com" } },
      { realm: "No realm" },
    ];
    let refused = 0;
    for (const each of wrong) {
      const { links: wrongLinks = links, ...fields } = { realm: "page", ...each };
      await agent.get(PATH);
      const answer = await agent.post(PATH, {
        ...values,
        ...links,
        ...fields,
        ...wrongLinks,
      } as Record<string, string>);
      // The page shows what is wrong with a field of its form, and refuses the rest.
      expect([400, 422], JSON.stringify(each)).toContain(answer.status);
      expect(await refusal(branding.updateBrand({ brand: { ...fields, links: wrongLinks } }))).toBe(
        "FIELD_INVALID",
      );
      refused++;
    }
    expect(refused).toBe(4);
    expect(await used.server.store.brands.find("page")).toEqual(page);
  });

  test("an SVG image with a script and a mask without a name are refused", async () => {
    const logo = Buffer.from("<svg><script/></svg>");
    expect(await refusal(branding.updateBrand({ brand: { realm: "shop", logo } }))).toBe(
      "FIELD_INVALID",
    );
    expect(
      await refusal(
        branding.updateBrand({ brand: { realm: "shop" }, updateMask: { paths: ["logo_type"] } }),
      ),
    ).toBe("FIELD_INVALID");
  });

  test("a letter is shown as it would be sent", async () => {
    const which = { realm: "shop", kind: "reset-password", language: "ru" };
    const plain = await branding.previewLetter(which);
    expect(plain.subject).toBe("Сброс пароля");
    expect(plain.text).toContain("/reset-password?token=preview\n");
    const draft = await branding.previewLetter({
      ...which,
      draft: { subject: "{name}!", text: "Раз\nДва {host}" },
    });
    expect(draft.subject).toBe("Acme!");
    expect(draft.html).toContain("<p>Два 127.0.0.1");
    expect(draft.html).toContain("Ссылка одноразовая");
    for (const wrong of [{ kind: "no" }, { language: "no" }, { draft: { text: "{x}" } }])
      expect(await refusal(branding.previewLetter({ ...which, ...wrong }))).toBe("FIELD_INVALID");
  });
});
