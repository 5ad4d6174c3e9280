// The texts of one application's overview, of its end, and of what is said there.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly registered: string;
  readonly asked: string;
  readonly saved: string;
  readonly ended: string;
  readonly id: string;
  readonly kind: string;
  readonly confidential: string;
  readonly public: string;
  readonly created: string;
  readonly redirectUris: string;
  readonly noRedirectUris: string;
  readonly apis: string;
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
    registered: "The application is registered.",
    asked:
      "The application is registered. An administrator decides on the API that you asked for; once you have it, make a new secret, which is shown then.",
    saved: "Saved.",
    ended: "All tokens of the application have ended.",
    id: "Client ID",
    kind: "Where it runs",
    confidential: "On a server, with a secret",
    public: "On its users’ devices, without a secret",
    created: "Registered",
    redirectUris: "Redirect URIs",
    noRedirectUris: "None yet: nobody can sign in with it.",
    apis: "Documented APIs",
    waitingFor: (api) => `Asked for: ${api}`,
    waiting: "Waiting for an administrator since",
    secrets: "Secrets",
    secret: (version) => `Secret ${version}`,
    newest: "works until it is replaced",
    made: "made",
    worksUntil: "works until",
    newSecret: "Make a new secret",
    access: "Access",
    users: "Users who have agreed",
    accessTokens: "Access tokens that work",
    refreshTokens: "Refresh tokens that work",
    lastUsed: "Last used",
    never: "Never, or long ago",
    orMore: (count) => `${count} or more`,
    end: "End all tokens",
    endWhy: "Ending them sends every user through sign-in again; nobody is asked to agree again.",
    delete: "Delete the application",
    deleteTitle: (app) => `Delete ${app}?`,
    deleteWhy: [
      "Its id and its secrets stop working at once.",
      "Every token and key that users have given it ends.",
      "This can’t be taken back.",
    ],
    deleteName: (app) => `Type its name to confirm: ${app}`,
    deleteWrong: "This is not its name.",
    cancel: "Cancel",
  },
  ru: {
    registered: "Приложение зарегистрировано.",
    asked:
      "Приложение зарегистрировано. О запрошенном API решит администратор; получив его, выпустите новый секрет — тогда он и будет показан.",
    saved: "Сохранено.",
    ended: "Все токены приложения больше не действуют.",
    id: "Client ID",
    kind: "Где оно работает",
    confidential: "На сервере, с секретом",
    public: "На устройствах пользователей, без секрета",
    created: "Зарегистрировано",
    redirectUris: "Redirect URI",
    noRedirectUris: "Пока нет: войти через него нельзя.",
    apis: "Документированные API",
    waitingFor: (api) => `Запрошено: ${api}`,
    waiting: "Ждёт решения администратора с",
    secrets: "Секреты",
    secret: (version) => `Секрет ${version}`,
    newest: "действует, пока его не заменят",
    made: "выпущен",
    worksUntil: "действует до",
    newSecret: "Выпустить новый секрет",
    access: "Доступ",
    users: "Пользователей, давших согласие",
    accessTokens: "Действующих access-токенов",
    refreshTokens: "Действующих refresh-токенов",
    lastUsed: "Последнее использование",
    never: "Никогда или давно",
    orMore: (count) => `${count} или больше`,
    end: "Прекратить действие всех токенов",
    endWhy:
      "Если их прекратить, каждому пользователю придётся снова пройти вход; повторное согласие не потребуется.",
    delete: "Удалить приложение",
    deleteTitle: (app) => `Удалить «${app}»?`,
    deleteWhy: [
      "Его идентификатор и секреты сразу перестанут действовать.",
      "Все токены и ключи, выданные ему пользователями, прекратят действие.",
      "Отменить удаление нельзя.",
    ],
    deleteName: (app) => `Для подтверждения введите название: ${app}`,
    deleteWrong: "Это не его название.",
    cancel: "Отмена",
  },
  zh: {
    registered: "应用已登记。",
    asked: "应用已登记。您申请的 API 由管理员决定；获准后请生成新密钥，届时才会显示。",
    saved: "已保存。",
    ended: "该应用的所有令牌均已失效。",
    id: "Client ID",
    kind: "运行位置",
    confidential: "服务器上，有密钥",
    public: "用户的设备上，没有密钥",
    created: "登记于",
    redirectUris: "重定向 URI",
    noRedirectUris: "尚未填写：还没有人能用它登录。",
    apis: "文档化 API",
    waitingFor: (api) => `已申请：${api}`,
    waiting: "等待管理员处理，申请于",
    secrets: "密钥",
    secret: (version) => `密钥 ${version}`,
    newest: "有效，直到被替换",
    made: "生成于",
    worksUntil: "有效期至",
    newSecret: "生成新密钥",
    access: "授权",
    users: "已同意的用户",
    accessTokens: "有效的访问令牌",
    refreshTokens: "有效的刷新令牌",
    lastUsed: "最近使用",
    never: "从未或很久以前",
    orMore: (count) => `${count} 或更多`,
    end: "使所有令牌失效",
    endWhy: "失效后，每位用户都需要重新登录，但无需再次同意。",
    delete: "删除应用",
    deleteTitle: (app) => `删除“${app}”？`,
    deleteWhy: [
      "它的 ID 和密钥立即失效。",
      "用户给予它的所有令牌和密钥都会失效。",
      "此操作无法撤销。",
    ],
    deleteName: (app) => `请输入其名称以确认：${app}`,
    deleteWrong: "名称不符。",
    cancel: "取消",
  },
};
