import type { Translations } from "../kit/language.ts";

/** The pages of one application. */
export type ApplicationPage = "overview" | "settings" | "advanced" | "snippets" | "button";

interface Messages {
  readonly title: string;
  readonly why: string;
  readonly become: string;
  readonly becomeWhy: readonly string[];
  readonly none: string;
  readonly noneWhy: string;
  readonly register: string;
  readonly more: string;
  readonly created: string;
  readonly deleted: string;
  readonly back: string;
  readonly pages: Readonly<Record<ApplicationPage, string>>;
  readonly pagesOf: (app: string) => string;
}

export const developerMessages: Translations<Messages> = {
  en: {
    title: "Your applications",
    why: "Applications sign their users in through this server and receive a token for each user.",
    become: "Become a developer",
    becomeWhy: [
      "You get a client ID and a client secret for each application that you register.",
      "Users see that your application is unverified.",
      "You can delete your applications at any time.",
    ],
    none: "No applications yet",
    noneWhy:
      "Register your first application: enter a name and its redirect URIs to get a " +
      "client ID and a client secret.",
    register: "Register an application",
    more: "Show more",
    created: "Registered",
    deleted: "Application deleted. All access granted to it was revoked.",
    back: "All applications",
    pages: {
      overview: "Overview",
      settings: "Settings",
      advanced: "Advanced",
      snippets: "Code",
      button: "Sign-in button",
    },
    pagesOf: (app) => `Pages of ${app}`,
  },
  ru: {
    title: "Ваши приложения",
    why:
      "Приложения выполняют вход пользователей через этот сервер и получают токен для " +
      "каждого пользователя.",
    become: "Стать разработчиком",
    becomeWhy: [
      "Для каждого зарегистрированного приложения вы получите Client ID и секрет.",
      "Пользователи видят, что ваше приложение не проверено.",
      "Приложение можно удалить в любой момент.",
    ],
    none: "Приложений пока нет",
    noneWhy:
      "Зарегистрируйте первое приложение: укажите название и Redirect URI, чтобы получить " +
      "Client ID и секрет.",
    register: "Зарегистрировать приложение",
    more: "Показать ещё",
    created: "Зарегистрировано",
    deleted: "Приложение удалено. Весь выданный ему доступ отозван.",
    back: "Все приложения",
    pages: {
      overview: "Обзор",
      settings: "Настройки",
      advanced: "Дополнительно",
      snippets: "Код",
      button: "Кнопка входа",
    },
    pagesOf: (app) => `Страницы приложения ${app}`,
  },
  zh: {
    title: "您的应用",
    why: "应用通过本服务器让用户登录，并为每位用户获取一个令牌。",
    become: "成为开发者",
    becomeWhy: [
      "您注册的每个应用都会获得一个 Client ID 和一个客户端密钥。",
      "用户会看到您的应用未经验证。",
      "您可以随时删除自己的应用。",
    ],
    none: "还没有应用",
    noneWhy: "注册您的第一个应用：填写名称和重定向 URI，即可获得 Client ID 和客户端密钥。",
    register: "注册应用",
    more: "显示更多",
    created: "注册于",
    deleted: "应用已删除，其获得的所有授权均已撤销。",
    back: "全部应用",
    pages: {
      overview: "概览",
      settings: "设置",
      advanced: "高级",
      snippets: "代码",
      button: "登录按钮",
    },
    pagesOf: (app) => `${app} 的页面`,
  },
};
