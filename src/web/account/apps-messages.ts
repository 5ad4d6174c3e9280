// The texts of the list of applications.
import { LANGUAGES, type Language } from "../../domain/email/language.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly none: string;
  readonly by: (name: string) => string;
  readonly may: (abilities: readonly string[]) => string;
  readonly since: string;
  readonly lastUsed: string;
  readonly revoke: string;
  readonly notices: Readonly<Record<string, string>>;
}

/** One thing and another, as the language has it. */
const formats = new Map(LANGUAGES.map((language) => [language, new Intl.ListFormat(language)]));
const list = (language: Language, items: readonly string[]): string =>
  formats.get(language)!.format(items);

export const appsMessages: Translations<Messages> = {
  en: {
    title: "Applications with access",
    what: "You let these applications in. Take access back from those that you don’t use: it ends at once.",
    none: "You have let no application in yet.",
    by: (name) => `Registered by ${name}; unverified: nobody has checked who is behind it`,
    may: (abilities) => `May ${list("en", abilities)}.`,
    since: "Since",
    lastUsed: "last used",
    revoke: "Take back",
    notices: { revoked: "The application has no access any more." },
  },
  ru: {
    title: "Приложения с доступом",
    what: "Вы разрешили этим приложениям доступ. Отзовите его у тех, которыми не пользуетесь: он прекратится сразу.",
    none: "Вы ещё не давали доступ ни одному приложению.",
    by: (name) =>
      `Зарегистрировал пользователь ${name}; не проверено: кто стоит за приложением, неизвестно`,
    may: (abilities) => `Может ${list("ru", abilities)}.`,
    since: "Доступ с",
    lastUsed: "последнее действие:",
    revoke: "Отозвать",
    notices: { revoked: "У приложения больше нет доступа." },
  },
  zh: {
    title: "已授权的应用",
    what: "您允许了这些应用访问。请撤销不再使用的应用，撤销立即生效。",
    none: "您还没有授权任何应用。",
    by: (name) => `由用户 ${name} 登记；未经验证：没有人核实过该应用的背后是谁`,
    may: (abilities) => `可以${list("zh", abilities)}。`,
    since: "授权于",
    lastUsed: "最近使用：",
    revoke: "撤销",
    notices: { revoked: "该应用已无法访问。" },
  },
};
