import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly registered: string;
  readonly asked: string;
  readonly saved: string;
  readonly ended: string;
  readonly id: string;
  readonly created: string;
  readonly redirectUris: string;
  readonly noRedirectUris: string;
  readonly apis: string;
  readonly allowedOrigins: string;
  readonly pkce: string;
  readonly pkceOptional: string;
  readonly userScopes: string;
  readonly scopes: string;
  readonly noScopes: string;
  readonly moreScopes: string;
  readonly disabled: string;
  readonly disabledWhat: string;
  readonly waitingFor: (api: string) => string;
  readonly waiting: string;
  readonly secrets: string;
  readonly secret: (version: number) => string;
  readonly newest: string;
  readonly made: string;
  readonly worksUntil: string;
  readonly newSecret: string;
  readonly access: string;
  readonly users: string;
  readonly accessTokens: string;
  readonly refreshTokens: string;
  readonly lastUsed: string;
  readonly never: string;
  readonly orMore: (count: string) => string;
  readonly end: string;
  readonly endWhy: string;
  readonly delete: string;
  readonly deleteTitle: (app: string) => string;
  readonly deleteWhy: readonly string[];
  readonly deleteName: (app: string) => string;
  readonly deleteWrong: string;
  readonly cancel: string;
}

export const applicationMessages: Translations<Messages> = {
  en: {
    registered: "Application registered.",
    asked:
      "Application registered. An administrator must approve the API that you requested. " +
      "After the approval, create a client secret: it is shown when you create it.",
    saved: "Changes saved.",
    ended: "All tokens of the application were revoked.",
    id: "Client ID",
    created: "Registered",
    redirectUris: "Redirect URIs",
    noRedirectUris: "None. Users can’t sign in until you add one.",
    apis: "Compatible APIs",
    allowedOrigins: "Allowed origins (CORS)",
    pkce: "PKCE",
    pkceOptional: "Optional: the application may sign users in without it",
    userScopes: "Permissions",
    scopes: "Scopes for itself (client_credentials)",
    noScopes: "None",
    moreScopes:
      "An administrator of this server chooses them. Send an administrator the client ID and the " +
      "scopes that you need: users.read, users.write, groups.read, groups.write, clients.read, " +
      "clients.write or introspect.",
    disabled: "An administrator has disabled this application:",
    disabledWhat:
      "Users can’t sign in with it, and its secrets and tokens are refused. Ask an administrator " +
      "of this server.",
    waitingFor: (api) => `Requested: ${api}`,
    waiting: "Waiting for approval since",
    secrets: "Client secrets",
    secret: (version) => `Client secret ${version}`,
    newest: "valid until replaced",
    made: "created",
    worksUntil: "valid until",
    newSecret: "Create a client secret",
    access: "Access",
    users: "Users who allowed access",
    accessTokens: "Active access tokens",
    refreshTokens: "Active refresh tokens",
    lastUsed: "Last used",
    never: "Never, or long ago",
    orMore: (count) => `${count} or more`,
    end: "Revoke all tokens",
    endWhy: "All users will have to sign in again. They will not be asked to allow access again.",
    delete: "Delete application",
    deleteTitle: (app) => `Delete ${app}?`,
    deleteWhy: [
      "The client ID and the client secrets stop working immediately.",
      "All tokens and access keys that users granted to it are revoked.",
      "This can’t be undone.",
    ],
    deleteName: (app) => `Type the application name to confirm: ${app}`,
    deleteWrong: "The name does not match.",
    cancel: "Cancel",
  },
  ru: {
    registered: "Приложение зарегистрировано.",
    asked:
      "Приложение зарегистрировано. Запрошенный API должен одобрить администратор. После " +
      "одобрения создайте секрет: он показывается при создании.",
    saved: "Изменения сохранены.",
    ended: "Все токены приложения отозваны.",
    id: "Client ID",
    created: "Зарегистрировано",
    redirectUris: "Redirect URI",
    noRedirectUris: "Не указаны. Пользователи не смогут войти, пока вы не добавите адрес.",
    apis: "Совместимые API",
    allowedOrigins: "Разрешённые источники (CORS)",
    pkce: "PKCE",
    pkceOptional: "Необязательно: приложение может обходиться без него",
    userScopes: "Разрешения",
    scopes: "Области доступа от своего имени (client_credentials)",
    noScopes: "Нет",
    moreScopes:
      "Их назначает администратор этого сервера. Сообщите ему Client ID и нужные области: " +
      "users.read, users.write, groups.read, groups.write, clients.read, clients.write или " +
      "introspect.",
    disabled: "Администратор отключил это приложение:",
    disabledWhat:
      "Пользователи не могут войти через него, а его секреты и токены не принимаются. " +
      "Обратитесь к администратору этого сервера.",
    waitingFor: (api) => `Запрошено: ${api}`,
    waiting: "Ожидает одобрения с",
    secrets: "Секреты",
    secret: (version) => `Секрет ${version}`,
    newest: "действует до замены",
    made: "создан",
    worksUntil: "действует до",
    newSecret: "Создать новый секрет",
    access: "Доступ",
    users: "Пользователи, разрешившие доступ",
    accessTokens: "Действующие access-токены",
    refreshTokens: "Действующие refresh-токены",
    lastUsed: "Последнее использование",
    never: "Никогда или давно",
    orMore: (count) => `${count} или больше`,
    end: "Отозвать все токены",
    endWhy: "Всем пользователям придётся войти снова. Повторно разрешать доступ не потребуется.",
    delete: "Удалить приложение",
    deleteTitle: (app) => `Удалить «${app}»?`,
    deleteWhy: [
      "Client ID и секреты сразу перестанут действовать.",
      "Все токены и ключи доступа, выданные ему пользователями, будут отозваны.",
      "Это действие нельзя отменить.",
    ],
    deleteName: (app) => `Для подтверждения введите название приложения: ${app}`,
    deleteWrong: "Название не совпадает.",
    cancel: "Отмена",
  },
  zh: {
    registered: "应用已注册。",
    asked: "应用已注册。您申请的 API 需要管理员批准。批准后请生成客户端密钥，密钥在生成时显示。",
    saved: "更改已保存。",
    ended: "该应用的所有令牌均已撤销。",
    id: "Client ID",
    created: "注册于",
    redirectUris: "重定向 URI",
    noRedirectUris: "未填写。添加后用户才能登录。",
    apis: "兼容的 API",
    allowedOrigins: "允许的来源（CORS）",
    pkce: "PKCE",
    pkceOptional: "可选：应用可以不使用",
    userScopes: "权限",
    scopes: "以自身名义的权限范围（client_credentials）",
    noScopes: "无",
    moreScopes:
      "由本服务器的管理员指定。请将 Client ID 和所需的权限范围告知管理员：users.read、users.write、" +
      "groups.read、groups.write、clients.read、clients.write 或 introspect。",
    disabled: "管理员已停用此应用：",
    disabledWhat: "用户无法通过它登录，其密钥和令牌也会被拒绝。请联系本服务器的管理员。",
    waitingFor: (api) => `已申请：${api}`,
    waiting: "等待管理员批准，申请于",
    secrets: "客户端密钥",
    secret: (version) => `客户端密钥 ${version}`,
    newest: "在被替换前有效",
    made: "生成于",
    worksUntil: "有效期至",
    newSecret: "生成客户端密钥",
    access: "授权",
    users: "已授权的用户",
    accessTokens: "有效的访问令牌",
    refreshTokens: "有效的刷新令牌",
    lastUsed: "最近使用",
    never: "从未或很久以前",
    orMore: (count) => `${count} 或更多`,
    end: "撤销所有令牌",
    endWhy: "撤销后，所有用户都需要重新登录，但无需再次授权。",
    delete: "删除应用",
    deleteTitle: (app) => `删除“${app}”？`,
    deleteWhy: [
      "Client ID 和客户端密钥将立即失效。",
      "用户授予它的所有令牌和接入密钥都会失效。",
      "此操作无法撤销。",
    ],
    deleteName: (app) => `请输入应用名称以确认：${app}`,
    deleteWrong: "名称不符。",
    cancel: "取消",
  },
};
