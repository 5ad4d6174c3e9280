// The texts of the last question: what an application gets.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: (app: string) => string;
  readonly changed: string;
  readonly verified: string;
  readonly unverified: string;
  readonly may: string;
  readonly scopes: Readonly<Record<string, string>>;
  readonly forGroup: (group: string) => string;
  readonly nothing: string;
  readonly account: string;
  readonly destination: string;
  readonly lifetime: string;
  readonly once: string;
  readonly untilRevoked: string;
  readonly days: (count: number) => string;
  readonly hours: (count: number) => string;
  readonly allow: string;
  readonly deny: string;
  readonly other: string;
}

/** The form of a Russian noun after a number. */
const russian = new Intl.PluralRules("ru");
const plural = (count: number, forms: { one: string; few: string; many: string }): string =>
  forms[russian.select(count) as keyof typeof forms];

export const consentMessages: Translations<Messages> = {
  en: {
    title: (app) => `Let ${app} in?`,
    changed:
      "The application, or what it asks for, has changed since you were asked. Please read this once more.",
    verified: "Registered by the administrator of this server",
    unverified: "Unverified: nobody has checked who is behind it",
    may: "It will be able to",
    scopes: {
      profile: "see your user name and e-mail address",
      groups: "see the communities that you are in",
    },
    forGroup: (group) => `act for the community “${group}”`,
    nothing: "know that it is you",
    account: "Your account",
    destination: "You will go to",
    lifetime: "For how long",
    once: "Once, now",
    untilRevoked: "Until you take it back",
    days: (count) => `${count} ${count === 1 ? "day" : "days"}, or until you take it back`,
    hours: (count) => `${count} ${count === 1 ? "hour" : "hours"}, or until you take it back`,
    allow: "Allow",
    deny: "Refuse",
    other: "Use another account",
  },
  ru: {
    title: (app) => `Разрешить доступ для «${app}»?`,
    changed:
      "Приложение или то, о чём оно просит, изменилось с тех пор, как вас спросили. Прочтите, пожалуйста, ещё раз.",
    verified: "Зарегистрировано администратором",
    unverified: "Не проверено: кто стоит за этим приложением, неизвестно",
    may: "Приложение сможет",
    scopes: {
      profile: "видеть ваше имя пользователя и почту",
      groups: "видеть сообщества, в которых вы состоите",
    },
    forGroup: (group) => `действовать от имени сообщества «${group}»`,
    nothing: "узнать, что это вы",
    account: "Ваш аккаунт",
    destination: "Вы перейдёте на",
    lifetime: "На какой срок",
    once: "Один раз, сейчас",
    untilRevoked: "Пока вы не отзовёте доступ",
    days: (count) =>
      `${count} ${plural(count, { one: "день", few: "дня", many: "дней" })} или пока вы не отзовёте доступ`,
    hours: (count) =>
      `${count} ${plural(count, { one: "час", few: "часа", many: "часов" })} или пока вы не отзовёте доступ`,
    allow: "Разрешить",
    deny: "Отказать",
    other: "Войти в другой аккаунт",
  },
  zh: {
    title: (app) => `允许“${app}”访问吗？`,
    changed: "在您作答之前，该应用或其请求的内容已发生变化。请重新阅读后再决定。",
    verified: "由管理员登记",
    unverified: "未经验证：没有人核实过该应用的背后是谁",
    may: "该应用将可以",
    scopes: { profile: "查看您的用户名和邮箱", groups: "查看您所在的社群" },
    forGroup: (group) => `以社群“${group}”的名义操作`,
    nothing: "确认是您本人",
    account: "您的账号",
    destination: "您将前往",
    lifetime: "有效期",
    once: "仅此一次",
    untilRevoked: "直到您撤销为止",
    days: (count) => `${count} 天，或直到您撤销`,
    hours: (count) => `${count} 小时，或直到您撤销`,
    allow: "允许",
    deny: "拒绝",
    other: "使用其他账号",
  },
};
