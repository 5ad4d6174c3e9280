USE [App]
GO
CREATE TABLE [dbo].[AspNetUsers](
	[Id] [nvarchar](450) NOT NULL,
	[UserName] [nvarchar](256) NULL,
 CONSTRAINT [PK_AspNetUsers] PRIMARY KEY CLUSTERED ([Id] ASC)
) ON [PRIMARY]
GO
INSERT [dbo].[AspNetRoles] ([Id], [Name]) VALUES (N'1', N'Admin; it''s')
GO
INSERT [dbo].[AspNetUsers] ([Id], [UserName], [Email], [EmailConfirmed], [PasswordHash], [SecurityStamp], [LockoutEnd], [LockoutEnabled], [AccessFailedCount]) VALUES (N'8e445865-a24d-4543-a6c6-9443d048cdb9', N'ada@example.com', N'ada@example.com', 1, N'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==', N'X', NULL, 1, 0)
GO
INSERT [dbo].[AspNetUsers] ([Id], [UserName], [Email], [EmailConfirmed], [PasswordHash], [SecurityStamp], [LockoutEnd], [LockoutEnabled], [AccessFailedCount]) VALUES (N'8e445865-a24d-4543-a6c6-9443d048cdba', N'lin', N'lin@example.com', 0, N'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==', N'Y', CAST(N'9999-12-31T23:59:59.9999999+00:00' AS DateTimeOffset), 1, 0)
GO
