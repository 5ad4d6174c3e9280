// The texts of what an application is registered with.
import type { RedirectUriRule } from "../../domain/oauth/clients/redirect-uris.ts";
import type { UserScope } from "../../domain/oauth/clients/scopes.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly register: string;
  readonly settings: string;
  readonly name: string;
  readonly nameHint: string;
  readonly nameInvalid: (most: number) => string;
  readonly kind: string;
  readonly confidential: string;
  readonly confidentialHint: string;
  readonly public: string;
  readonly publicHint: string;
  readonly redirectUris: string;
  readonly redirectUrisHint: string;
  readonly tooMany: (most: number) => string;
  readonly uriInvalid: Readonly<Record<RedirectUriRule, string>>;
  readonly scopes: string;
  readonly scopeNames: Readonly<Record<UserScope, string>>;
  readonly apis: string;
  readonly apisHint: string;
  readonly apiGiven: string;
  readonly apisInvalid: string;
  readonly submit: string;
  readonly save: string;
  readonly expired: string;
  readonly cancel: string;
}

export const applicationFormMessages: Translations<Messages> = {
  en: {
    register: "Register an application",
    settings: "Settings",
    name: "Name",
    nameHint: "Users read it when they are asked to let the application in.",
    nameInvalid: (most) => `A name needs 1 to ${most} characters.`,
    kind: "Where it runs",
    confidential: "On a server",
    confidentialHint: "It keeps a secret that its users never see.",
    public: "On its users’ devices",
    publicHint: "A mobile, desktop or single-page application: no secret, PKCE instead.",
    redirectUris: "Redirect URIs",
    redirectUrisHint:
      "Where users come back, one on each line, compared character by character: https, or http on 127.0.0.1 and [::1].",
    tooMany: (most) => `There can be ${most} at most.`,
    uriInvalid: {
      characters:
        "holds a character that it can’t have: no spaces, no wildcards, other letters as %XX",
      scheme: "does not begin with https://",
      malformed: "is not an address",
      host: "names a host that is none: only letters, digits, hyphens and dots, other letters as xn--…",
      fragment: "has a fragment, the part from # on",
      user: "names a user before the @",
      "plain-http": "is not https; http is only for 127.0.0.1 and [::1]",
      long: "is longer than 2,048 characters",
    },
    scopes: "What users can let it do",
    scopeNames: {
      profile: "See their user name and e-mail address",
      groups: "See the communities that they are in",
    },
    apis: "Documented APIs that it uses",
    apisHint:
      "Only for what was written for one of these servers. They need an application that runs on a server.",
    apiGiven: "An administrator gives it: ticking it asks for it.",
    apisInvalid:
      "These APIs can’t be had together, or not by your account: an application is for the users of one realm.",
    submit: "Register",
    save: "Save",
    expired: "The page was open for too long. Look it over and send it once more.",
    cancel: "Cancel",
  },
  ru: {
    register: "Новое приложение",
    settings: "Настройки",
    name: "Название",
    nameHint: "Его видят пользователи, когда разрешают приложению доступ.",
    nameInvalid: (most) => `В названии должно быть от 1 до ${most} символов.`,
    kind: "Где оно работает",
    confidential: "На сервере",
    confidentialHint: "Хранит секрет, которого пользователи не видят.",
    public: "На устройствах пользователей",
    publicHint: "Мобильное, настольное или одностраничное приложение: без секрета, с PKCE.",
    redirectUris: "Redirect URI",
    redirectUrisHint:
      "Куда возвращаются пользователи: по одному адресу в строке, сравниваются посимвольно. https или http на 127.0.0.1 и [::1].",
    tooMany: (most) => `Может быть не больше ${most} адресов.`,
    uriInvalid: {
      characters:
        "содержит недопустимый символ: без пробелов и звёздочек, другие буквы — в виде %XX",
      scheme: "не начинается с https://",
      malformed: "не является адресом",
      host: "содержит недопустимое имя узла: только латинские буквы, цифры, дефисы и точки, другие буквы — в виде xn--…",
      fragment: "содержит фрагмент — часть после #",
      user: "содержит имя пользователя перед @",
      "plain-http": "не https; http допустим только для 127.0.0.1 и [::1]",
      long: "длиннее 2048 символов",
    },
    scopes: "Что пользователи могут ему разрешить",
    scopeNames: {
      profile: "Видеть имя пользователя и почту",
      groups: "Видеть сообщества, в которых они состоят",
    },
    apis: "Документированные API, с которыми оно работает",
    apisHint:
      "Только для программ, написанных для одного из этих серверов. Приложение должно работать на сервере.",
    apiGiven: "Его выдаёт администратор: отметка отправит запрос.",
    apisInvalid:
      "Эти API нельзя выбрать вместе или с вашим аккаунтом: приложение работает с пользователями одной области (realm).",
    submit: "Зарегистрировать",
    save: "Сохранить",
    expired: "Страница была открыта слишком долго. Проверьте её и отправьте ещё раз.",
    cancel: "Отмена",
  },
  zh: {
    register: "登记应用",
    settings: "设置",
    name: "名称",
    nameHint: "用户在允许应用访问时会看到它。",
    nameInvalid: (most) => `名称长度须为 1 至 ${most} 个字符。`,
    kind: "运行位置",
    confidential: "服务器上",
    confidentialHint: "保存一个用户看不到的密钥。",
    public: "用户的设备上",
    publicHint: "移动、桌面或单页应用：没有密钥，改用 PKCE。",
    redirectUris: "重定向 URI",
    redirectUrisHint:
      "用户返回的地址，每行一个，逐字符比较：https，或 127.0.0.1 和 [::1] 上的 http。",
    tooMany: (most) => `最多 ${most} 个。`,
    uriInvalid: {
      characters: "含有不允许的字符：不能有空格或通配符，其他文字请写成 %XX",
      scheme: "不是以 https:// 开头",
      malformed: "不是有效地址",
      host: "主机名无效：只能有拉丁字母、数字、连字符和点，其他文字请写成 xn--…",
      fragment: "含有片段（# 之后的部分）",
      user: "在 @ 之前含有用户名",
      "plain-http": "不是 https；http 仅限 127.0.0.1 和 [::1]",
      long: "超过 2048 个字符",
    },
    scopes: "用户可以允许它做什么",
    scopeNames: { profile: "查看用户名和邮箱", groups: "查看用户所在的社群" },
    apis: "它使用的文档化 API",
    apisHint: "仅适用于为这些服务器编写的程序，且应用必须运行在服务器上。",
    apiGiven: "由管理员授予：勾选即提出申请。",
    apisInvalid: "这些 API 不能同时选择，或您的账号不能选择：一个应用只面向一个域（realm）的用户。",
    submit: "登记",
    save: "保存",
    expired: "页面打开时间过长。请检查后重新提交。",
    cancel: "取消",
  },
};
