// The texts of the deletion of the account, and of the way back.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  /** What happens, one after the other. */
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
      "At once: you are signed out everywhere, and applications lose their access.",
      "At once: your user name and your e-mail address are free for others. Communities that only you own stay without an owner.",
      `Until ${until}: sign in with the password that you have now, and you can take everything back.`,
      "After that: the account is gone for good, with its sessions, memberships and all that you have agreed to.",
    ],
    administrator:
      "You are an administrator of this server. Its operator has to take that role from you first.",
    delete: "Delete my account",
    keep: "Keep my account",
    deleted: "This account is deleted",
    until: (name, until) =>
      `You have deleted the account ${name}. Until ${until} you can take that back; then it is gone for good.`,
    restore: "Restore my account",
    leave: "Leave it deleted",
    otherName: "Another user name",
    emailTaken: (email) =>
      `Another account has the address ${email} now. Sign in to that one, change its address or delete it, and then come back here with your old user name.`,
  },
  ru: {
    title: "Удаление аккаунта",
    consequences: (until) => [
      "Сразу: вы выйдете на всех устройствах, а приложения потеряют доступ.",
      "Сразу: ваше имя и адрес почты смогут занять другие. Сообщества, где владелец только вы, останутся без владельца.",
      `До ${until}: войдите с нынешним паролем, и всё можно будет вернуть.`,
      "Потом: аккаунт исчезнет навсегда вместе с сеансами, участием в сообществах и всеми вашими разрешениями.",
    ],
    administrator:
      "Вы администратор этого сервера. Сначала эту роль должен снять тот, кто обслуживает сервер.",
    delete: "Удалить аккаунт",
    keep: "Не удалять",
    deleted: "Этот аккаунт удалён",
    until: (name, until) =>
      `Вы удалили аккаунт ${name}. До ${until} его можно вернуть, потом он исчезнет навсегда.`,
    restore: "Восстановить аккаунт",
    leave: "Оставить удалённым",
    otherName: "Другое имя пользователя",
    emailTaken: (email) =>
      `Адрес ${email} теперь у другого аккаунта. Войдите в него, смените там адрес или удалите его, а потом вернитесь сюда со старым именем пользователя.`,
  },
  zh: {
    title: "删除账号",
    consequences: (until) => [
      "立即：您将在所有设备上退出登录，应用将失去访问权限。",
      "立即：您的用户名和邮箱可被他人使用。只有您一位所有者的社群将没有所有者。",
      `${until}之前：用当前密码登录即可恢复一切。`,
      "之后：账号及其会话、社群成员身份和所有授权将永久消失。",
    ],
    administrator: "您是本服务器的管理员，需先由运维人员取消该角色。",
    delete: "删除我的账号",
    keep: "保留我的账号",
    deleted: "该账号已被删除",
    until: (name, until) => `您已删除账号 ${name}。在 ${until} 之前可以恢复，之后将永久消失。`,
    restore: "恢复我的账号",
    leave: "保持删除状态",
    otherName: "另一个用户名",
    emailTaken: (email) =>
      `邮箱 ${email} 现已属于另一个账号。请登录该账号，修改其邮箱或将其删除，然后用原来的用户名回到这里。`,
  },
};
