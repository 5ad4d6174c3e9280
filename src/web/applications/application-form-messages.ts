import type { RedirectUriRule } from "../../domain/oauth/clients/redirect-uris.ts";
import type { UserScope } from "../../domain/oauth/clients/scopes.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly register: string;
  readonly settings: string;
  readonly name: string;
  readonly nameHint: string;
  readonly nameInvalid: (most: number) => string;
  readonly forItself: string;
  readonly forItselfHint: string;
  readonly more: string;
  readonly pkceOptional: string;
  readonly pkceOptionalHint: string;
  readonly redirectUris: string;
  readonly redirectUrisHint: string;
  readonly tooMany: (most: number) => string;
  readonly uriInvalid: Readonly<Record<RedirectUriRule, string>>;
  readonly allowedOrigins: string;
  readonly allowedOriginsHint: string;
  readonly originsInvalid: (most: number) => string;
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
    nameHint: "Users see this name when they are asked to allow access.",
    nameInvalid: (most) => `Enter a name of 1 to ${most} characters.`,
    forItself: "Also acts for itself",
    forItselfHint:
      "It gets tokens without a user, by client_credentials. An administrator chooses its scopes.",
    more: "More",
    pkceOptional: "Allow sign-in without PKCE",
    pkceOptionalHint:
      "Only if the library of the application can’t send code_challenge. Without PKCE, " +
      "an attacker can inject a stolen authorization code into another session (RFC 9700 " +
      "section 2.1.1). A challenge that the application sends is still checked.",
    redirectUris: "Redirect URIs",
    redirectUrisHint:
      "The addresses that users return to, one per line. They must match exactly: https, or http " +
      "on localhost, 127.0.0.1 and [::1]. A public application may also have its own " +
      "scheme, such as com.example.app:/callback, and any port on these three hosts.",
    tooMany: (most) => `Enter ${most} redirect URIs at most.`,
    uriInvalid: {
      characters:
        "contains a character that is not allowed: spaces and wildcards can’t be used, " +
        "encode other letters as %XX",
      scheme: "must begin with https://",
      "scheme-period":
        "must begin with https://, or with a scheme that contains a period, such as " +
        "com.example.app:",
      "scheme-case": "must have its scheme in lower case",
      "scheme-private":
        "must begin with https://: only public applications can have a scheme of their own",
      malformed: "is not a valid address",
      host:
        "has an invalid host name: use only letters, digits, hyphens and dots, encode other " +
        "letters as xn--…",
      fragment: "must not contain a fragment (the part after #)",
      user: "must not contain a user name before the @",
      "plain-http": "must use https; http is allowed only for localhost, 127.0.0.1 and [::1]",
      long: "is longer than 2,048 characters",
    },
    allowedOrigins: "Allowed origins (CORS)",
    allowedOriginsHint:
      "Origins whose pages may call this server from a browser, one per line, such as " +
      "https://app.example. A public application needs none: the origins of its redirect URIs " +
      "are allowed.",
    originsInvalid: (most) =>
      `Enter ${most} origins at most, each with a scheme, a host and a port only, in lower ` +
      "case: https://app.example or http://localhost:5173. No path and no wildcard.",
    scopes: "Permissions",
    scopeNames: {
      openid: "Sign them in (OpenID Connect)",
      profile: "See their user name, e-mail address and profile",
      email: "See their e-mail address",
      phone: "See their phone number",
      address: "See their postal address",
      groups: "See the communities that they are in",
      offline_access: "Keep access while they are away",
    },
    apis: "Compatible APIs",
    apisHint: "Only for programs written for one of these servers.",
    apiGiven: "Requires approval: select it to send a request to an administrator.",
    apisInvalid:
      "These APIs can’t be combined, or your account can’t use them. An application " +
      "serves the users of one realm.",
    submit: "Register",
    save: "Save",
    expired: "This page has expired. Check the form and send it again.",
    cancel: "Cancel",
  },
  ru: {
    register: "Регистрация приложения",
    settings: "Настройки",
    name: "Название",
    nameHint: "Пользователи видят это название, когда разрешают доступ.",
    nameInvalid: (most) => `Введите название длиной от 1 до ${most} символов.`,
    forItself: "Действует также от своего имени",
    forItselfHint:
      "Получает токены без пользователя (client_credentials). Области доступа назначает " +
      "администратор.",
    more: "Дополнительно",
    pkceOptional: "Разрешить вход без PKCE",
    pkceOptionalHint:
      "Только если библиотека приложения не отправляет code_challenge. Без " +
      "PKCE украденный код авторизации можно подставить в чужой сеанс (RFC 9700, раздел 2.1.1). " +
      "Отправленный code_challenge всё равно проверяется.",
    redirectUris: "Redirect URI",
    redirectUrisHint:
      "Адреса, на которые возвращаются пользователи, по одному в строке. Должны совпадать " +
      "посимвольно: https или http на localhost, 127.0.0.1 и [::1]. У публичного приложения " +
      "может быть своя схема, например com.example.app:/callback, и любой порт на этих трёх узлах.",
    tooMany: (most) => `Укажите не более ${most} адресов.`,
    uriInvalid: {
      characters:
        "содержит недопустимый символ: пробелы и звёздочки запрещены, другие буквы " +
        "кодируйте как %XX",
      scheme: "должен начинаться с https://",
      "scheme-period":
        "должен начинаться с https:// или со схемы с точкой, например com.example.app:",
      "scheme-case": "должен содержать схему строчными буквами",
      "scheme-private":
        "должен начинаться с https://: своя схема бывает только у публичного приложения",
      malformed: "не является корректным адресом",
      host:
        "содержит недопустимое имя узла: используйте только латинские буквы, цифры, дефисы " +
        "и точки, другие буквы кодируйте как xn--…",
      fragment: "не должен содержать фрагмент (часть после #)",
      user: "не должен содержать имя пользователя перед @",
      "plain-http":
        "должен использовать https; http разрешён только для localhost, 127.0.0.1 и [::1]",
      long: "длиннее 2048 символов",
    },
    allowedOrigins: "Разрешённые источники (CORS)",
    allowedOriginsHint:
      "Источники (origin), страницы которых могут обращаться к серверу из браузера, по одному в " +
      "строке, например https://app.example. Публичному приложению они не нужны: источники его " +
      "Redirect URI разрешены.",
    originsInvalid: (most) =>
      `Укажите не более ${most} источников, в каждом только схема, узел и порт строчными ` +
      "буквами: https://app.example или http://localhost:5173. Без пути и звёздочек.",
    scopes: "Разрешения",
    scopeNames: {
      openid: "Выполнять вход пользователей (OpenID Connect)",
      profile: "Видеть имя пользователя, почту и профиль",
      email: "Видеть адрес электронной почты",
      phone: "Видеть номер телефона",
      address: "Видеть почтовый адрес",
      groups: "Видеть сообщества, в которых они состоят",
      offline_access: "Сохранять доступ в отсутствие пользователя",
    },
    apis: "Совместимые API",
    apisHint: "Только для программ, написанных для одного из этих серверов.",
    apiGiven: "Требуется одобрение: отметьте, чтобы отправить запрос администратору.",
    apisInvalid:
      "Эти API нельзя выбрать вместе, или они недоступны вашему аккаунту. Приложение " +
      "обслуживает пользователей одной области (realm).",
    submit: "Зарегистрировать",
    save: "Сохранить",
    expired: "Срок действия страницы истёк. Проверьте форму и отправьте её ещё раз.",
    cancel: "Отмена",
  },
  zh: {
    register: "注册应用",
    settings: "设置",
    name: "名称",
    nameHint: "用户授权时会看到此名称。",
    nameInvalid: (most) => `名称长度须为 1 至 ${most} 个字符。`,
    forItself: "同时以自身名义运行",
    forItselfHint: "无需用户即可通过 client_credentials 获取令牌，权限范围由管理员指定。",
    more: "其他",
    pkceOptional: "允许不使用 PKCE 登录",
    pkceOptionalHint:
      "仅适用于程序库无法发送 code_challenge 的应用。没有 PKCE 时，攻击者可将窃取的授权码" +
      "注入其他会话（RFC 9700 第 2.1.1 节）。应用发送的 code_challenge 仍会校验。",
    redirectUris: "重定向 URI",
    redirectUrisHint:
      "用户返回的地址，每行一个，须完全一致：https，或 localhost、127.0.0.1 和 [::1] 上的 http。" +
      "公开应用还可使用自有方案（如 com.example.app:/callback），且在这三个主机上端口不限。",
    tooMany: (most) => `最多填写 ${most} 个重定向 URI。`,
    uriInvalid: {
      characters: "包含不允许的字符：不能使用空格或通配符，其他文字请编码为 %XX",
      scheme: "必须以 https:// 开头",
      "scheme-period": "必须以 https:// 或含有句点的方案（如 com.example.app:）开头",
      "scheme-case": "方案必须使用小写字母",
      "scheme-private": "必须以 https:// 开头：只有公开应用可使用自有方案",
      malformed: "不是有效地址",
      host: "主机名无效：只能包含拉丁字母、数字、连字符和点，其他文字请编码为 xn--…",
      fragment: "不能包含片段（# 之后的部分）",
      user: "不能在 @ 之前包含用户名",
      "plain-http": "必须使用 https；http 仅限 localhost、127.0.0.1 和 [::1]",
      long: "超过 2048 个字符",
    },
    allowedOrigins: "允许的来源（CORS）",
    allowedOriginsHint:
      "可从浏览器调用本服务器的页面来源，每行一个，例如 https://app.example。" +
      "公开应用无需填写：其重定向 URI 的来源已获允许。",
    originsInvalid: (most) =>
      `最多填写 ${most} 个来源，每个只包含方案、主机和端口，使用小写字母：https://app.example 或 ` +
      "http://localhost:5173，不能包含路径或通配符。",
    scopes: "权限",
    scopeNames: {
      openid: "让用户登录（OpenID Connect）",
      profile: "查看用户名、邮箱和个人资料",
      email: "查看邮箱地址",
      phone: "查看电话号码",
      address: "查看邮寄地址",
      groups: "查看用户所在的社群",
      offline_access: "在用户离开时保持访问",
    },
    apis: "兼容的 API",
    apisHint: "仅适用于为这些服务器编写的程序。",
    apiGiven: "需要审批：勾选即向管理员提交申请。",
    apisInvalid:
      "这些 API 不能同时选择，或您的账号无法使用。一个应用只能面向一个域（realm）的用户。",
    submit: "注册",
    save: "保存",
    expired: "页面已过期。请检查后重新提交。",
    cancel: "取消",
  },
};
