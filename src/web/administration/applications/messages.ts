import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly id: string;
  readonly owner: string;
  readonly noOwner: string;
  readonly registeredItself: string;
  readonly describesItself: string;
  readonly describedBy: string;
  readonly grantTypes: string;
  readonly scopes: string;
  readonly redirectUris: string;
  readonly apis: string;
  readonly allowedOrigins: string;
  readonly pkce: string;
  readonly pkceOptional: string;
  readonly pkceRequired: string;
  readonly created: string;
  readonly changed: string;
  readonly none: string;
  readonly end: string;
  readonly endWhat: string;
  readonly events: string;
  readonly allEvents: string;
  readonly waiting: string;
  readonly waitingWhat: string;
  readonly asksFor: (api: string) => string;
  readonly give: string;
  readonly refuse: string;
  readonly notices: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export const administrationApplicationMessages: Translations<Messages> = {
  en: {
    id: "Client ID",
    owner: "Registered by",
    noOwner: "the administrator of this server",
    registeredItself: "none: the application registered itself",
    describesItself: "none: the application describes itself at",
    describedBy: "Only the document there changes it.",
    grantTypes: "Grant types",
    scopes: "Scopes",
    redirectUris: "Redirect URIs",
    apis: "Compatible APIs",
    allowedOrigins: "Allowed origins (CORS)",
    pkce: "PKCE",
    pkceOptional: "Optional",
    pkceRequired: "Required",
    created: "Registered",
    changed: "Last changed",
    none: "None",
    end: "Revoke all tokens",
    endWhat:
      "All authorization codes and tokens of this application are revoked immediately. " +
      "User consents and client secrets are kept.",
    events: "Recent events",
    allEvents: "Show all events of this application",
    waiting: "Pending requests",
    waitingWhat:
      "An application with access to zimoxy can check the passwords of all users in its " +
      "realm, register users and see who is registered. Approve only developers that you " +
      "know.",
    asksFor: (api) => `requests ${api}`,
    give: "Approve",
    refuse: "Reject",
    notices: {
      ended: "All tokens of the application were revoked.",
      saved: "Changes saved.",
      given: "Request approved. The application can now use the API.",
      refused: "Request rejected.",
    },
    problems: {
      gone: "This request no longer exists.",
      realms: "The application already uses an API of another realm.",
    },
  },
  ru: {
    id: "Client ID",
    owner: "Кем зарегистрировано",
    noOwner: "администратор этого сервера",
    registeredItself: "нет: приложение зарегистрировалось само",
    describesItself: "нет: приложение описывает себя на",
    describedBy: "Его меняет только документ по этому адресу.",
    grantTypes: "Типы грантов (grant types)",
    scopes: "Области доступа (scopes)",
    redirectUris: "Redirect URI",
    apis: "Совместимые API",
    allowedOrigins: "Разрешённые источники (CORS)",
    pkce: "PKCE",
    pkceOptional: "Необязательно",
    pkceRequired: "Обязательно",
    created: "Зарегистрировано",
    changed: "Изменено",
    none: "Нет",
    end: "Отозвать все токены",
    endWhat:
      "Все коды авторизации и токены приложения будут немедленно отозваны. Согласия " +
      "пользователей и секреты сохранятся.",
    events: "Последние события",
    allEvents: "Показать все события приложения",
    waiting: "Запросы на доступ",
    waitingWhat:
      "Приложение с доступом к zimoxy может проверять пароли всех пользователей своей " +
      "области, регистрировать пользователей и узнавать, кто зарегистрирован. Одобряйте " +
      "запросы только знакомых разработчиков.",
    asksFor: (api) => `запрашивает ${api}`,
    give: "Одобрить",
    refuse: "Отклонить",
    notices: {
      ended: "Все токены приложения отозваны.",
      saved: "Изменения сохранены.",
      given: "Запрос одобрен. Приложение может использовать API.",
      refused: "Запрос отклонён.",
    },
    problems: {
      gone: "Этого запроса больше нет.",
      realms: "Приложение уже использует API другой области (realm).",
    },
  },
  zh: {
    id: "Client ID",
    owner: "注册者",
    noOwner: "本服务器的管理员",
    registeredItself: "无：该应用自行注册",
    describesItself: "无：该应用自行描述，地址在",
    describedBy: "只有该地址上的文档才能更改它。",
    grantTypes: "授权类型（grant types）",
    scopes: "权限范围（scopes）",
    redirectUris: "重定向 URI",
    apis: "兼容的 API",
    allowedOrigins: "允许的来源（CORS）",
    pkce: "PKCE",
    pkceOptional: "可选",
    pkceRequired: "必需",
    created: "注册于",
    changed: "修改于",
    none: "无",
    end: "撤销所有令牌",
    endWhat: "该应用的所有授权码和令牌将立即撤销。用户授权记录和客户端密钥会保留。",
    events: "最近的事件",
    allEvents: "查看该应用的全部事件",
    waiting: "待处理的申请",
    waitingWhat:
      "拥有 zimoxy 访问权限的应用可以校验该域所有用户的密码、注册用户，并查询用户是否已注册。请仅批准您了解的开发者。",
    asksFor: (api) => `申请 ${api}`,
    give: "批准",
    refuse: "拒绝",
    notices: {
      ended: "该应用的所有令牌均已撤销。",
      saved: "更改已保存。",
      given: "申请已批准，该应用现在可以使用此 API。",
      refused: "申请已拒绝。",
    },
    problems: { gone: "该申请已不存在。", realms: "该应用已使用其他域（realm）的 API。" },
  },
};
