import type { Translations } from "../kit/language.ts";
import type { SettingsFieldName, SettingsGroup } from "./settings-fields.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly requirements: string;
  readonly groups: Readonly<Record<SettingsGroup, string>>;
  readonly labels: Readonly<Record<SettingsFieldName, string>>;
  readonly hints: Readonly<Partial<Record<SettingsFieldName, string>>>;
  /** What a choice is without a value. */
  readonly unset: Readonly<Partial<Record<SettingsFieldName, string>>>;
  readonly pairwise: string;
  readonly yes: string;
}

export const settingsMessages: Translations<Messages> = {
  en: {
    title: "Advanced settings",
    what: "Every setting is optional. An empty one has the default of its specification.",
    requirements: "Requirements",
    groups: {
      signIn: "Sign-in",
      keys: "Authentication and keys",
      logout: "Logout",
      security: "Security",
      about: "About the application",
    },
    labels: {
      authorization_details_types: "Types of authorization details",
      id_token_signed_response_alg: "Signature of ID tokens",
      userinfo_signed_response_alg: "Signature of UserInfo answers",
      subject_type: "Identifiers of users (sub)",
      sector_identifier_uri: "Sector identifier URI",
      default_max_age: "Users sign in anew after (seconds)",
      initiate_login_uri: "Address that starts a sign-in",
      require_auth_time: "Every ID token says when the user signed in (auth_time)",
      token_endpoint_auth_method: "Authentication of the application",
      jwks: "Public keys (JWK set)",
      jwks_uri: "Address of the public keys",
      request_object_signing_alg: "Signature of its requests",
      post_logout_redirect_uris: "Addresses after a logout",
      backchannel_logout_uri: "Address for logout tokens",
      backchannel_logout_session_required: "Every logout token names the session (sid)",
      require_pushed_authorization_requests: "Authorization requests are pushed first (PAR)",
      dpop_bound_access_tokens: "Tokens are bound to a key of the application (DPoP)",
      security_profile: "FAPI 2.0 Security Profile",
      client_uri: "Home page",
      logo_uri: "Logo",
      policy_uri: "Privacy policy",
      tos_uri: "Terms of service",
      contacts: "Contacts",
      software_id: "Software",
      software_version: "Version of the software",
    },
    hints: {
      authorization_details_types:
        "Which types the application may ask for (RFC 9396), one per line. Empty: all.",
      sector_identifier_uri:
        "Only for pairwise identifiers: an https address with a JSON list of all redirect URIs " +
        "of the applications that share them.",
      default_max_age: "0 asks for the password every time. A request may ask for another time.",
      initiate_login_uri: "An https address of the application, for sign-ins that begin elsewhere.",
      jwks: "Paste the JWK set, or one key. Private keys are refused.",
      jwks_uri: "An https address instead of pasted keys: it is read again when a key is unknown.",
      post_logout_redirect_uris: "Where users may go after they signed out, one per line.",
      backchannel_logout_uri:
        "An https address of the application’s server, which learns of ended sessions there.",
      require_pushed_authorization_requests:
        "Requests by the browser alone are refused (RFC 9126).",
      dpop_bound_access_tokens: "A stolen token is worthless without the key (RFC 9449).",
      security_profile:
        "For banks and health care. It needs private_key_jwt, and requires PAR and DPoP.",
      client_uri: "Users see the links to these pages when they are asked to agree.",
      logo_uri: "Pages of this server don’t load it.",
      contacts: "E-mail addresses of responsible people, one per line.",
    },
    unset: {
      id_token_signed_response_alg: "Default: RS256 (FAPI 2.0: ES256)",
      userinfo_signed_response_alg: "None: plain JSON",
      subject_type: "The same for all applications",
      token_endpoint_auth_method: "Client secret (header or body)",
      request_object_signing_alg: "Any that this server accepts",
    },
    pairwise: "Different for each sector (pairwise)",
    yes: "Yes",
  },
  ru: {
    title: "Расширенные настройки",
    what: "Все настройки необязательны. Пустая имеет значение по умолчанию из её спецификации.",
    requirements: "Требования",
    groups: {
      signIn: "Вход",
      keys: "Аутентификация и ключи",
      logout: "Выход",
      security: "Безопасность",
      about: "О приложении",
    },
    labels: {
      authorization_details_types: "Типы деталей авторизации",
      id_token_signed_response_alg: "Подпись ID-токенов",
      userinfo_signed_response_alg: "Подпись ответов UserInfo",
      subject_type: "Идентификаторы пользователей (sub)",
      sector_identifier_uri: "Sector identifier URI",
      default_max_age: "Повторный вход через (секунд)",
      initiate_login_uri: "Адрес, с которого начинается вход",
      require_auth_time: "В каждом ID-токене указано время входа (auth_time)",
      token_endpoint_auth_method: "Аутентификация приложения",
      jwks: "Открытые ключи (набор JWK)",
      jwks_uri: "Адрес открытых ключей",
      request_object_signing_alg: "Подпись запросов приложения",
      post_logout_redirect_uris: "Адреса после выхода",
      backchannel_logout_uri: "Адрес для logout-токенов",
      backchannel_logout_session_required: "В каждом logout-токене указан сеанс (sid)",
      require_pushed_authorization_requests: "Запросы авторизации отправляются заранее (PAR)",
      dpop_bound_access_tokens: "Токены привязаны к ключу приложения (DPoP)",
      security_profile: "Профиль безопасности FAPI 2.0",
      client_uri: "Сайт",
      logo_uri: "Логотип",
      policy_uri: "Политика конфиденциальности",
      tos_uri: "Условия использования",
      contacts: "Контакты",
      software_id: "Программа",
      software_version: "Версия программы",
    },
    hints: {
      authorization_details_types:
        "Какие типы приложение может запрашивать (RFC 9396), по одному в строке. Пусто: все.",
      sector_identifier_uri:
        "Только для парных идентификаторов: адрес https со списком JSON всех Redirect URI " +
        "приложений, у которых они общие.",
      default_max_age: "0 — пароль нужен каждый раз. Запрос может указать другое время.",
      initiate_login_uri: "Адрес https приложения для входа, который начинается в другом месте.",
      jwks: "Вставьте набор JWK или один ключ. Закрытые ключи не принимаются.",
      jwks_uri: "Адрес https вместо вставленных ключей: он читается снова, когда ключ неизвестен.",
      post_logout_redirect_uris: "Куда можно перейти после выхода, по одному в строке.",
      backchannel_logout_uri:
        "Адрес https сервера приложения, который узнаёт по нему о завершённых сеансах.",
      require_pushed_authorization_requests:
        "Запросы только через браузер не принимаются (RFC 9126).",
      dpop_bound_access_tokens: "Украденный токен бесполезен без ключа (RFC 9449).",
      security_profile: "Для банков и медицины. Нужен private_key_jwt, а PAR и DPoP обязательны.",
      client_uri: "Ссылки на эти страницы пользователи видят, когда дают согласие.",
      logo_uri: "Страницы этого сервера его не загружают.",
      contacts: "Адреса почты ответственных лиц, по одному в строке.",
    },
    unset: {
      id_token_signed_response_alg: "RS256 (FAPI 2.0: ES256)",
      userinfo_signed_response_alg: "Нет: обычный JSON",
      subject_type: "Общие для приложений",
      token_endpoint_auth_method: "Секрет клиента",
      request_object_signing_alg: "Любая допустимая",
    },
    pairwise: "Свои для каждого сектора (pairwise)",
    yes: "Да",
  },
  zh: {
    title: "高级设置",
    what: "所有设置均为可选，留空则采用相应规范的默认值。",
    requirements: "要求",
    groups: {
      signIn: "登录",
      keys: "身份验证与密钥",
      logout: "退出",
      security: "安全",
      about: "关于应用",
    },
    labels: {
      authorization_details_types: "授权详情的类型",
      id_token_signed_response_alg: "ID 令牌的签名",
      userinfo_signed_response_alg: "UserInfo 响应的签名",
      subject_type: "用户标识（sub）",
      sector_identifier_uri: "扇区标识 URI",
      default_max_age: "重新登录的间隔（秒）",
      initiate_login_uri: "发起登录的地址",
      require_auth_time: "每个 ID 令牌都包含登录时间（auth_time）",
      token_endpoint_auth_method: "应用的身份验证",
      jwks: "公钥（JWK 集）",
      jwks_uri: "公钥的地址",
      request_object_signing_alg: "应用请求的签名",
      post_logout_redirect_uris: "退出后的地址",
      backchannel_logout_uri: "接收退出令牌的地址",
      backchannel_logout_session_required: "每个退出令牌都包含会话（sid）",
      require_pushed_authorization_requests: "授权请求须先推送（PAR）",
      dpop_bound_access_tokens: "令牌与应用的密钥绑定（DPoP）",
      security_profile: "FAPI 2.0 安全配置",
      client_uri: "主页",
      logo_uri: "标志",
      policy_uri: "隐私政策",
      tos_uri: "服务条款",
      contacts: "联系人",
      software_id: "软件",
      software_version: "软件版本",
    },
    hints: {
      authorization_details_types: "应用可请求的类型（RFC 9396），每行一个。留空表示全部。",
      sector_identifier_uri:
        "仅用于成对标识：一个 https 地址，以 JSON 列出共享标识的所有应用的重定向 URI。",
      default_max_age: "0 表示每次都要输入密码。请求中可以指定其他时间。",
      initiate_login_uri: "应用的 https 地址，用于从别处发起的登录。",
      jwks: "粘贴 JWK 集或单个密钥。私钥会被拒绝。",
      jwks_uri: "代替粘贴密钥的 https 地址：遇到未知密钥时会重新读取。",
      post_logout_redirect_uris: "用户退出后可前往的地址，每行一个。",
      backchannel_logout_uri: "应用服务器的 https 地址，用于获知已结束的会话。",
      require_pushed_authorization_requests: "仅通过浏览器发送的请求会被拒绝（RFC 9126）。",
      dpop_bound_access_tokens: "没有密钥，被盗的令牌就毫无用处（RFC 9449）。",
      security_profile: "适用于银行和医疗。需要 private_key_jwt，并强制使用 PAR 和 DPoP。",
      client_uri: "用户授权时会看到这些页面的链接。",
      logo_uri: "本服务器的页面不会加载它。",
      contacts: "负责人的邮箱地址，每行一个。",
    },
    unset: {
      id_token_signed_response_alg: "默认：RS256（FAPI 2.0：ES256）",
      userinfo_signed_response_alg: "无：普通 JSON",
      subject_type: "所有应用相同",
      token_endpoint_auth_method: "客户端密钥（标头或正文）",
      request_object_signing_alg: "服务器接受的任何算法",
    },
    pairwise: "各扇区不同（pairwise）",
    yes: "是",
  },
};
