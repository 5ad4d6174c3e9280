import type { Language } from "../../domain/email/language.ts";
import { perLanguage, type Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly none: string;
  readonly by: (name: string) => string;
  readonly may: (abilities: readonly string[]) => string;
  readonly since: string;
  readonly lastUsed: string;
  readonly revoke: string;
  readonly revokeWhy: string;
  readonly notices: Readonly<Record<string, string>>;
}

/** Joins items as the language does: "a, b and c". */
const formatOf = perLanguage((language) => new Intl.ListFormat(language));
const list = (language: Language, items: readonly string[]): string =>
  formatOf(language).format(items);

export const appsMessages: Translations<Messages> = {
  en: {
    title: "Applications with access",
    what:
      "These applications can access your account. Remove access for those that you no " +
      "longer use. The change takes effect immediately.",
    none: "No applications have access to your account.",
    by: (name) =>
      `Registered by ${name}. Unverified: the developer’s identity has not been checked`,
    may: (abilities) => `Can ${list("en", abilities)}.`,
    since: "Access since",
    lastUsed: "last used",
    revoke: "Remove access",
    revokeWhy: "The application loses access to your account at once. It can ask for it again.",
    notices: { revoked: "Access removed." },
  },
  ru: {
    title: "Приложения с доступом",
    what:
      "Эти приложения имеют доступ к вашему аккаунту. Отзовите доступ у тех, которыми " +
      "больше не пользуетесь. Изменение вступит в силу сразу.",
    none: "Ни у одного приложения нет доступа к вашему аккаунту.",
    by: (name) => `Разработчик: ${name}. Не проверено: личность разработчика не подтверждена`,
    may: (abilities) => `Может ${list("ru", abilities)}.`,
    since: "Доступ с",
    lastUsed: "последнее использование:",
    revoke: "Отозвать доступ",
    revokeWhy:
      "Приложение сразу потеряет доступ к вашему аккаунту. Оно сможет запросить его снова.",
    notices: { revoked: "Доступ отозван." },
  },
  zh: {
    title: "已授权的应用",
    what: "以下应用可以访问您的账号。请撤销不再使用的应用的访问权限，撤销后立即生效。",
    none: "没有应用可以访问您的账号。",
    by: (name) => `由用户 ${name} 注册。未经验证：开发者身份未经核实`,
    may: (abilities) => `可以${list("zh", abilities)}。`,
    since: "授权于",
    lastUsed: "最近使用：",
    revoke: "撤销访问权限",
    revokeWhy: "该应用将立即失去对您账号的访问权限，之后可以再次申请。",
    notices: { revoked: "已撤销该应用的访问权限。" },
  },
};
