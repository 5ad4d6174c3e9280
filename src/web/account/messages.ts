import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly tabs: {
    readonly profile: string;
    readonly sessions: string;
    readonly apps: string;
    readonly communities: string;
  };
  readonly next: string;
  readonly naming: string;
  readonly name: string;
  readonly rename: string;
  readonly email: string;
  readonly password: string;
  readonly change: string;
  readonly since: string;
  readonly id: string;
  readonly delete: string;
  readonly notices: Readonly<Record<string, string>>;
}

export const accountMessages: Translations<Messages> = {
  en: {
    title: "Account",
    tabs: {
      profile: "Profile",
      sessions: "Sessions",
      apps: "Applications",
      communities: "Communities",
    },
    next: "Show more",
    naming: "Change your user name",
    name: "User name",
    rename: "Save user name",
    email: "E-mail",
    password: "Password",
    change: "Change",
    since: "Member since",
    id: "User ID",
    delete: "Delete account",
    notices: {
      renamed: "User name changed.",
      password: "Password changed. All other sessions were ended.",
      restored: "Welcome back. Your account is restored.",
    },
  },
  ru: {
    title: "Аккаунт",
    tabs: { profile: "Профиль", sessions: "Сеансы", apps: "Приложения", communities: "Сообщества" },
    next: "Показать ещё",
    naming: "Смена имени пользователя",
    name: "Имя пользователя",
    rename: "Сохранить имя",
    email: "Почта",
    password: "Пароль",
    change: "Изменить",
    since: "Дата регистрации",
    id: "ID пользователя",
    delete: "Удалить аккаунт",
    notices: {
      renamed: "Имя пользователя изменено.",
      password: "Пароль изменён. Все остальные сеансы завершены.",
      restored: "С возвращением! Аккаунт восстановлен.",
    },
  },
  zh: {
    title: "账号",
    tabs: { profile: "个人资料", sessions: "登录会话", apps: "应用", communities: "社群" },
    next: "显示更多",
    naming: "修改用户名",
    name: "用户名",
    rename: "保存用户名",
    email: "邮箱",
    password: "密码",
    change: "修改",
    since: "注册日期",
    id: "用户 ID",
    delete: "删除账号",
    notices: {
      renamed: "用户名已修改。",
      password: "密码已修改，其他会话均已结束。",
      restored: "欢迎回来，您的账号已恢复。",
    },
  },
};
