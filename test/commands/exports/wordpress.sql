-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: wordpress
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `wp_posts`;
CREATE TABLE `wp_posts` (
  `ID` bigint unsigned NOT NULL AUTO_INCREMENT,
  `post_content` longtext NOT NULL,
  PRIMARY KEY (`ID`)
) ENGINE=InnoDB;
LOCK TABLES `wp_posts` WRITE;
INSERT INTO `wp_posts` VALUES (1,'it\'s; \\'),(2,'); INSERT INTO `wp_users` VALUES (9,\'forged\',\'x\');'),(3,'a '' b');
UNLOCK TABLES;
DROP TABLE IF EXISTS `wp_users`;
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE `wp_users` (
  `ID` bigint unsigned NOT NULL AUTO_INCREMENT,
  `user_login` varchar(60) NOT NULL DEFAULT '',
  `user_pass` varchar(255) NOT NULL DEFAULT '',
  `user_nicename` varchar(50) NOT NULL DEFAULT '(,',
  `user_email` varchar(100) NOT NULL DEFAULT '',
  `user_url` varchar(100) NOT NULL DEFAULT '',
  `user_registered` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  `user_activation_key` varchar(255) NOT NULL DEFAULT '',
  `user_status` int NOT NULL DEFAULT '0',
  `display_name` varchar(250) NOT NULL DEFAULT '',
  PRIMARY KEY (`ID`),
  KEY `user_login_key` (`user_login`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4;
INSERT INTO `wp_users` VALUES (1,'admin','$P$984478476IagS59wHZvyQMArzfx58u.','admin','admin@example.com','','2012-01-31 18:00:00','',0,'O\'Brien (admin), \"the\" \\ one'),(2,'new','$wp$2y$05$sLzUOjQH1zWLErYuxjncmOXL02XbSkXW8oxcUddxytTpKCqPTmHMm','new','new@example.com','','2025-06-01 00:00:00','',0,'Лена'),(3,'few','columns'),(4,'old','5f4dcc3b5aa765d61d8327deb882cf99','old','old@example.com','','0000-00-00 00:00:00','',0,'');
