import { perLanguage, type Translations } from "../kit/language.ts";

/** The names of the members of authorization details, and of truth values. */
export type DetailMessages = Readonly<
  Record<"actions" | "datatypes" | "privileges" | "identifier" | "yes" | "no", string>
>;

interface Messages {
  readonly title: (app: string) => string;
  readonly changed: string;
  readonly verifiedBy: (server: string) => string;
  readonly registered: string;
  readonly unverified: string;
  readonly may: string;
  readonly scopes: Readonly<Record<string, string>>;
  readonly forGroup: (group: string) => string;
  readonly atResource: (name: string, address: string) => string;
  readonly useResource: string;
  /** What a user has agreed to in each case. */
  readonly asAgreed: string;
  readonly details: DetailMessages;
  readonly nothing: string;
  readonly account: string;
  readonly destination: string;
  /** Where a client describes itself. */
  readonly describedAt: string;
  /** The warning about a client that runs on the user's device. */
  readonly onDevice: string;
  readonly lifetime: string;
  readonly once: string;
  readonly untilRevoked: string;
  readonly days: (count: number) => string;
  readonly hours: (count: number) => string;
  /** The links to the pages of the application. */
  readonly pages: Readonly<Record<"home" | "privacy" | "terms", string>>;
  readonly allow: string;
  readonly deny: string;
  readonly other: string;
}

const rulesOf = perLanguage((language) => new Intl.PluralRules(language));

/** Returns the form of a Russian noun after a number. */
const plural = (count: number, forms: { one: string; few: string; many: string }): string =>
  forms[rulesOf("ru").select(count) as keyof typeof forms];

export const consentMessages: Translations<Messages> = {
  en: {
    title: (app) => `Allow ${app} to access your account?`,
    changed: "The application or its request has changed. Review it again.",
    verifiedBy: (server) => `Verified by ${server}`,
    registered: "Registered by the administrator of this server",
    unverified: "Unverified: the developer’s identity has not been checked",
    may: "This application will be able to",
    scopes: {
      openid: "confirm who you are when you sign in",
      profile: "see your user name, e-mail address and profile",
      email: "see your e-mail address",
      phone: "see your phone number",
      address: "see your postal address",
      groups: "see the communities that you belong to",
      offline_access: "keep its access while you are away",
    },
    forGroup: (group) => `act on behalf of the community “${group}”`,
    atResource: (name, address) => `At ${name} (${address}):`,
    useResource: "act on your behalf",
    asAgreed: "only what you have agreed to each time",
    details: {
      actions: "Actions",
      datatypes: "Data",
      privileges: "Privileges",
      identifier: "Identifier",
      yes: "yes",
      no: "no",
    },
    nothing: "identify your account",
    account: "Account",
    destination: "You will be redirected to",
    describedAt: "The application describes itself at",
    onDevice:
      "The application runs on this device, and any program on it can use this name. Allow " +
      "access only if you have just started the application yourself.",
    lifetime: "Duration of access",
    once: "One time only",
    untilRevoked: "Until you remove access",
    days: (count) => `${count} ${count === 1 ? "day" : "days"}, or until you remove access`,
    hours: (count) => `${count} ${count === 1 ? "hour" : "hours"}, or until you remove access`,
    pages: {
      home: "The application’s website",
      privacy: "Its privacy policy",
      terms: "Its terms of service",
    },
    allow: "Allow",
    deny: "Deny",
    other: "Use another account",
  },
  ru: {
    title: (app) => `Разрешить «${app}» доступ к аккаунту?`,
    changed: "Приложение или его запрос изменились. Проверьте их ещё раз.",
    verifiedBy: (server) => `Проверено сервером ${server}`,
    registered: "Зарегистрировано администратором этого сервера",
    unverified: "Не проверено: личность разработчика не подтверждена",
    may: "Приложение сможет",
    scopes: {
      openid: "подтверждать вашу личность при входе",
      profile: "видеть ваше имя пользователя, почту и профиль",
      email: "видеть ваш адрес электронной почты",
      phone: "видеть ваш номер телефона",
      address: "видеть ваш почтовый адрес",
      groups: "видеть сообщества, в которых вы состоите",
      offline_access: "сохранять доступ, пока вас нет",
    },
    forGroup: (group) => `действовать от имени сообщества «${group}»`,
    atResource: (name, address) => `В «${name}» (${address}):`,
    useResource: "действовать от вашего имени",
    asAgreed: "только то, на что вы каждый раз соглашались",
    details: {
      actions: "Действия",
      datatypes: "Данные",
      privileges: "Привилегии",
      identifier: "Идентификатор",
      yes: "да",
      no: "нет",
    },
    nothing: "определить ваш аккаунт",
    account: "Аккаунт",
    destination: "Вы будете перенаправлены на",
    describedAt: "Приложение описывает себя на сайте",
    onDevice:
      "Приложение работает на этом устройстве, и любая программа на нём может назваться так же. " +
      "Разрешайте доступ, только если вы сами только что запустили приложение.",
    lifetime: "Срок доступа",
    once: "Один раз",
    untilRevoked: "Пока вы не отзовёте доступ",
    days: (count) =>
      `${count} ${plural(count, { one: "день", few: "дня", many: "дней" })} или пока вы ` +
      "не отзовёте доступ",
    hours: (count) =>
      `${count} ${plural(count, { one: "час", few: "часа", many: "часов" })} или пока вы ` +
      "не отзовёте доступ",
    pages: {
      home: "Сайт приложения",
      privacy: "Его политика конфиденциальности",
      terms: "Его условия использования",
    },
    allow: "Разрешить",
    deny: "Отклонить",
    other: "Войти в другой аккаунт",
  },
  zh: {
    title: (app) => `允许“${app}”访问您的账号吗？`,
    changed: "该应用或其请求的内容已发生变化，请重新确认。",
    verifiedBy: (server) => `已由 ${server} 验证`,
    registered: "由本服务器的管理员注册",
    unverified: "未经验证：开发者身份未经核实",
    may: "该应用将可以",
    scopes: {
      openid: "在您登录时确认您的身份",
      profile: "查看您的用户名、邮箱和个人资料",
      email: "查看您的邮箱地址",
      phone: "查看您的电话号码",
      address: "查看您的邮寄地址",
      groups: "查看您所在的社群",
      offline_access: "在您离开时保持访问",
    },
    forGroup: (group) => `以社群“${group}”的名义操作`,
    atResource: (name, address) => `在“${name}”（${address}）：`,
    useResource: "以您的名义操作",
    asAgreed: "仅限您每次同意的内容",
    details: {
      actions: "操作",
      datatypes: "数据",
      privileges: "特权",
      identifier: "标识符",
      yes: "是",
      no: "否",
    },
    nothing: "识别您的账号",
    account: "账号",
    destination: "您将被重定向到",
    describedAt: "该应用的自述信息位于",
    onDevice:
      "该应用在本设备上运行，本设备上的任何程序都可以使用这个名称。仅当您刚刚亲自启动了该应用时，才允许访问。",
    lifetime: "授权有效期",
    once: "仅此一次",
    untilRevoked: "直到您撤销访问权限",
    days: (count) => `${count} 天，或直到您撤销访问权限`,
    hours: (count) => `${count} 小时，或直到您撤销访问权限`,
    pages: { home: "应用的网站", privacy: "应用的隐私政策", terms: "应用的服务条款" },
    allow: "允许",
    deny: "拒绝",
    other: "使用其他账号",
  },
};
