import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  /** The consequences in order. */
  readonly consequences: (until: string) => readonly string[];
  readonly administrator: string;
  readonly delete: string;
  readonly keep: string;
  readonly deleted: string;
  readonly until: (name: string, until: string) => string;
  readonly restore: string;
  readonly leave: string;
  readonly otherName: string;
  readonly emailTaken: (email: string) => string;
}

export const restoreMessages: Translations<Messages> = {
  en: {
    title: "Delete your account",
    consequences: (until) => [
      "Immediately: you are signed out everywhere, and applications lose access to your account.",
      "Immediately: other users can take your user name and your e-mail address. " +
        "Communities that only you own will have no owner.",
      `Until ${until}: you can sign in with your current password and restore the account.`,
      "After that: the account is permanently deleted, with its sessions, memberships and " +
        "permissions.",
    ],
    administrator:
      "You are an administrator of this server. The operator must remove this role first.",
    delete: "Delete my account",
    keep: "Keep my account",
    deleted: "This account is deleted",
    until: (name, until) =>
      `You deleted the account ${name}. You can restore it until ${until}. After that, it ` +
      "is permanently deleted.",
    restore: "Restore my account",
    leave: "Keep it deleted",
    otherName: "New user name",
    emailTaken: (email) =>
      `Another account now uses the address ${email}. Sign in to that account and change ` +
      "its address or delete it. Then sign in here again with your old user name.",
  },
  ru: {
    title: "Удаление аккаунта",
    consequences: (until) => [
      "Сразу: вы выйдете из аккаунта на всех устройствах, а приложения потеряют доступ.",
      "Сразу: ваше имя пользователя и адрес почты смогут занять другие пользователи. " +
        "Сообщества, где вы единственный владелец, останутся без владельца.",
      `До ${until}: войдите с текущим паролем, чтобы восстановить аккаунт.`,
      "После этого: аккаунт будет удалён навсегда вместе с сеансами, участием в " +
        "сообществах и разрешениями.",
    ],
    administrator:
      "Вы администратор этого сервера. Сначала оператор сервера должен снять с вас эту роль.",
    delete: "Удалить аккаунт",
    keep: "Не удалять аккаунт",
    deleted: "Этот аккаунт удалён",
    until: (name, until) =>
      `Вы удалили аккаунт ${name}. Его можно восстановить до ${until}, после этого он ` +
      "будет удалён навсегда.",
    restore: "Восстановить аккаунт",
    leave: "Не восстанавливать",
    otherName: "Новое имя пользователя",
    emailTaken: (email) =>
      `Адрес ${email} теперь использует другой аккаунт. Войдите в тот аккаунт, смените ` +
      "его адрес или удалите его. Затем снова войдите здесь со старым именем " +
      "пользователя.",
  },
  zh: {
    title: "删除账号",
    consequences: (until) => [
      "立即：您将在所有设备上退出登录，应用将失去访问权限。",
      "立即：其他用户可以使用您的用户名和邮箱。您是唯一所有者的社群将没有所有者。",
      `${until}之前：使用当前密码登录即可恢复账号。`,
      "之后：账号及其会话、社群成员身份和授权将被永久删除。",
    ],
    administrator: "您是本服务器的管理员，需先由运维人员取消该角色。",
    delete: "删除我的账号",
    keep: "保留我的账号",
    deleted: "该账号已删除",
    until: (name, until) => `您已删除账号 ${name}。${until}之前可以恢复，之后将被永久删除。`,
    restore: "恢复我的账号",
    leave: "不恢复",
    otherName: "新用户名",
    emailTaken: (email) =>
      `邮箱 ${email} 现已被另一个账号使用。请登录该账号，更换其邮箱或删除该账号，然后用原用户名重新在此登录。`,
  },
};
