import type { Language } from "../email/language.ts";
import { type Brand, LEGAL_LINKS, type LegalLink } from "./brand.ts";

/** What the legal links are called, on pages and in letters. */
const LINK_NAMES: Readonly<Record<Language, Readonly<Record<LegalLink, string>>>> = {
  en: {
    terms: "Terms of service",
    privacy: "Privacy policy",
    imprint: "Imprint",
    support: "Support",
  },
  ru: {
    terms: "Условия использования",
    privacy: "Политика конфиденциальности",
    imprint: "Реквизиты",
    support: "Поддержка",
  },
  zh: { terms: "服务条款", privacy: "隐私政策", imprint: "版权与联系信息", support: "支持" },
};

/** Returns the legal links of a brand with their names, in their order. */
export const namedLinks = (
  { links }: Pick<Brand, "links">,
  language: Language,
): readonly { readonly name: string; readonly href: string }[] =>
  LEGAL_LINKS.flatMap((link) => {
    const href = links[link];
    return href === undefined ? [] : [{ name: LINK_NAMES[language][link], href }];
  });
