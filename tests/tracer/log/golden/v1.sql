BEGIN TRANSACTION;
CREATE TABLE log_checkpoint (
	size INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (size)
);
INSERT INTO "log_checkpoint" VALUES(1,'2026-03-02T09:30:01.234Z','look-up-log/golden
1
t9wQOH7MYtq0v2RpGD7nZyufw0HIMQfWEtxgme5HWZI=

— look-up-log/golden CAJUZJBzG0mUmHTNPTYfOOuEo2qLKGzdiySw64u02Pm6TAhehXRkkEXeVN1OIo3tC+MyPt7EpzbwfsshkETM28WVEwQ=
');
INSERT INTO "log_checkpoint" VALUES(6,'2026-03-02T09:30:07.404Z','look-up-log/golden
6
4NsC0MVnKfkBhJCMY/776c3coHhYu1AwtnFxj43UKqQ=

— look-up-log/golden CAJUZAp6P0/LwD5c/fFU02m3hPKBWVB1ix/pn6Y4CqfmAEaqUt4/pHdb8uUKWq/BzZ0drpqx47NyovGE1EfsElgwtgo=
');
INSERT INTO "log_checkpoint" VALUES(11,'2026-03-02T09:30:13.574Z','look-up-log/golden
11
yS9aeiEJUZ3MAsSCcB4kNnLsmtQ23Y3I5Wzg9hORbYs=

— look-up-log/golden CAJUZJAG5eIOwpxVD8ukf4MDMyI4T/EnaQQb8IYY/pl0yWZUESw2VwANYU9H8ixyXyFFa58JQPAknCcwRZlpfq1v/wA=
');
INSERT INTO "log_checkpoint" VALUES(13,'2026-03-02T09:30:16.042Z','look-up-log/golden
13
nxw4biPk/A7nVe6Wyk8bcV68B26cNA7QB8DBFVn5/bo=

— look-up-log/golden CAJUZBlDb/M5f+uTN+PvUKxe7mbBCFnCTI5tzGZaC+LDsJvB5lPecYU1LlpvaFe3oVEA3feMccfLm3WJE3u37dYM6QM=
');
CREATE TABLE log_entry (
	seq INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	event TEXT NOT NULL, 
	about INTEGER, 
	actor TEXT NOT NULL, 
	"case" TEXT NOT NULL, 
	source TEXT, 
	outcome TEXT, 
	body TEXT NOT NULL, 
	leaf BLOB NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(about) REFERENCES log_entry (seq)
);
INSERT INTO "log_entry" VALUES(1,'2026-03-02T09:30:01.234Z','init',NULL,'li.ming','',NULL,NULL,'{"config":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}',X'B7DC10387ECC62DAB4BF6469183EE7672B9FC341C83107D612DC6099EE475992');
INSERT INTO "log_entry" VALUES(2,'2026-03-02T09:30:02.468Z','import',NULL,'li.ming','',NULL,NULL,'{"client":"northbank","file_digest":"sha256:abababababababababababababababababababababababababababababababab","kind":"placement","rows":3}',X'4FB83E05B0E12074D2FE7CCD1EBFCC8DB1FB9D1C52666FB06186FF4EE1D45D96');
INSERT INTO "log_entry" VALUES(3,'2026-03-02T09:30:03.702Z','import_ended',NULL,'li.ming','',NULL,NULL,'{"counts":{"cases":3,"rejected":0},"problems":0,"rows":3}',X'9D4299474658F34D4C346BA120AC97C7D1A31BC0B5D3832F0F779A3A99D3631F');
INSERT INTO "log_entry" VALUES(4,'2026-03-02T09:30:04.936Z','case_assigned',NULL,'li.ming','case_bcdfghjklmnpqrstbcdfghjklmnp',NULL,NULL,'{"assigned_to":"chen.fang"}',X'8B34EE39B17BDE8BD10D7AF9F8A560A421495A75881777623E1C8C851C110292');
INSERT INTO "log_entry" VALUES(5,'2026-03-02T09:30:06.170Z','asked',NULL,'li.ming','case_bcdfghjklmnpqrstbcdfghjklmnp','camara.kyc-tenure',NULL,'{"attempt":1,"authorisation":"粤银合同 2026 第7号","client":"northbank","consent":null,"fields_sent":["phone","anchor_date"],"number":"number_bcdfghjklmnp","operation":"lookup","price":30,"purpose":"contact_repair","role":"debtor","run":"run_ftffnbnhdqchqmht","session":"session_bcdfghjklmnp","subject":"subject_bcdfghjklmnp","today":"2026-03-02"}',X'E04875A49EB42995C509B56509BA1B982181CAEF031404322C9D50F07F629FD1');
INSERT INTO "log_entry" VALUES(6,'2026-03-02T09:30:07.404Z','called',5,'li.ming','case_bcdfghjklmnpqrstbcdfghjklmnp','camara.kyc-tenure',NULL,'{"attempt":1,"host":"carrier.example","method":"POST","path":"/kyc-tenure/v0/check","purpose":"contact_repair"}',X'29B2EA1A58D4FA0FD9706F1A459B3A6985B2E96853C689C1440B26BEC96F1199');
INSERT INTO "log_entry" VALUES(7,'2026-03-02T09:30:08.638Z','answered',5,'li.ming','case_bcdfghjklmnpqrstbcdfghjklmnp','camara.kyc-tenure',NULL,'{"billed":true,"fields_returned":["tenure"],"hits":{"facts":1},"price":30,"purpose":"contact_repair"}',X'2AFF3515F1A238D233B017E6D850A8FC85C5CC9CD296FEDB297CDB7E1D1A9368');
INSERT INTO "log_entry" VALUES(8,'2026-03-02T09:30:09.872Z','refused',NULL,'staff_hrnjjbshlhpcqgclprjnkrmcccfpmhmp','case_tsrqpnmlkjhgfdcbtsrqpnmlkjhg','employer','refused','{"client":"northbank","fired":["source.purpose"],"missing":[],"operation":"lookup","purpose":"contact_repair","verdict":"deny"}',X'B82EC3D7CE85F371129B67758A31BE2531AB85F80E01F66E025737D761B6996A');
INSERT INTO "log_entry" VALUES(9,'2026-03-02T09:30:11.106Z','asked',NULL,'staff_tcfnfrkhrhnlgsqddftkcfpshhckncbd','case_tsrqpnmlkjhgfdcbtsrqpnmlkjhg','case_file',NULL,'{"client":"northbank","operation":"lookup","purpose":"contact_repair","role":"guarantor","run":"run_ftffnbnhdqchqmht"}',X'BCCBEC83235D6D8204A92A1BA78AC1596AAF0AD1D1D83B00F105765B6D9CBB02');
INSERT INTO "log_entry" VALUES(10,'2026-03-02T09:30:12.340Z','no_record',9,'staff_tcfnfrkhrhnlgsqddftkcfpshhckncbd','case_tsrqpnmlkjhgfdcbtsrqpnmlkjhg','case_file',NULL,'{"billed":false,"milliseconds":12,"purpose":"contact_repair"}',X'B526DE20004E4713EDAEE543125CBC0BDAD642FBC1BD4919A4CE3608BE2C6FDA');
INSERT INTO "log_entry" VALUES(11,'2026-03-02T09:30:13.574Z','case_assigned',NULL,'staff_tcfnfrkhrhnlgsqddftkcfpshhckncbd','case_tsrqpnmlkjhgfdcbtsrqpnmlkjhg',NULL,NULL,'{"assigned_to":"staff_hrnjjbshlhpcqgclprjnkrmcccfpmhmp"}',X'B49111A4EDA02BEBE176B0E74C7204BC01824A5F94869DA88C67D8D09A8379EB');
INSERT INTO "log_entry" VALUES(12,'2026-03-02T09:30:14.808Z','reveal',NULL,'staff_hrnjjbshlhpcqgclprjnkrmcccfpmhmp','case_tsrqpnmlkjhgfdcbtsrqpnmlkjhg',NULL,NULL,'{"numbers":["number_bcdfghjklmnp"],"purpose":"contact_repair","reason":"call"}',X'89DF1350C67BE44AED5C52C0D254D3D691116A4BBD2B473CD287AE76B122FB31');
INSERT INTO "log_entry" VALUES(13,'2026-03-02T09:30:16.042Z','reviewed',12,'staff_khdrmthhrnnpjbnnpccsjqkdtmjbtdmn','',NULL,NULL,'{"conclusion":"fine","last":12,"reason":"debt_checked"}',X'43E21721C2C59CFD62B68C0C0644BA6CD0490F9D893BA6A8EF4856CFA7B03204');
CREATE TABLE log_node (
	level INTEGER NOT NULL, 
	idx INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	PRIMARY KEY (level, idx)
)
 WITHOUT ROWID

;
INSERT INTO "log_node" VALUES(1,0,X'ECBFD312860DE3308448772474599EA769D726B370838A12CD452BA8BCC558BD');
INSERT INTO "log_node" VALUES(1,1,X'14E0F2BC6ECDA75E5416F47689908EEBB16E2772DF5C87951B3F3C0238FAAFEC');
INSERT INTO "log_node" VALUES(1,2,X'75360704030D0A51A1C03E9776B74ED34E0CAC7FF784AA70BB3523134BE594D6');
INSERT INTO "log_node" VALUES(1,3,X'BD8AD3DC139041C88E990EA64D3BFA09D6F54B072CC95337F37DC0DB17ACC83C');
INSERT INTO "log_node" VALUES(1,4,X'05A87E0F020398E00B254D7E3795AFBF6F4F2B01EF269FE288B6E57CF21E9E51');
INSERT INTO "log_node" VALUES(1,5,X'655416A2EEA348F4F1F5CAF642C2FB6485C0947918597CB9338BC44E4CEECC7F');
INSERT INTO "log_node" VALUES(2,0,X'195B34B7D242EB2E504E710E5E52AF5BBFA0EE79ACCBA34B2664636C912111D3');
INSERT INTO "log_node" VALUES(2,1,X'40BF2DADDB47CBD69E80B34A07882B28BAA30E01FCE9B130A34C2E50F3732A07');
INSERT INTO "log_node" VALUES(2,2,X'F6EE76D85BA340BE2B4974218036D64805318F7D2FD4C0D7942F403EE0BF1AFF');
INSERT INTO "log_node" VALUES(3,0,X'DAE814795ABFF1D1E97DA990162B028980CD3F2156F82FFA70023F5ED682C3B1');
CREATE TABLE log_staff (
	token TEXT NOT NULL, 
	name TEXT NOT NULL, 
	salt BLOB NOT NULL, 
	PRIMARY KEY (token)
);
INSERT INTO "log_staff" VALUES('staff_hrnjjbshlhpcqgclprjnkrmcccfpmhmp','chen.fang',X'D48BEB08C8C2452AA406A991C84D1AF2');
INSERT INTO "log_staff" VALUES('staff_tcfnfrkhrhnlgsqddftkcfpshhckncbd','li.ming',X'7A148DA1DF8F4D69058DE0DC87673188');
INSERT INTO "log_staff" VALUES('staff_khdrmthhrnnpjbnnpccsjqkdtmjbtdmn','wang.jun',X'19712B5756BB9021F9B1CE925765E642');
CREATE TABLE log_witnessed (
	id INTEGER NOT NULL, 
	witness TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	line TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(size) REFERENCES log_checkpoint (size)
);
CREATE INDEX ix_log_entry_about ON log_entry (about, event) WHERE about IS NOT NULL;
CREATE INDEX ix_log_entry_event ON log_entry (event, seq);
CREATE INDEX ix_log_entry_case ON log_entry ("case", seq) WHERE "case" != '';
CREATE INDEX ix_log_entry_source ON log_entry (source, seq) WHERE source IS NOT NULL;
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_node_refuses_update BEFORE UPDATE ON log_node BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_node_refuses_delete BEFORE DELETE ON log_node BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_entry_refuses_replace BEFORE INSERT ON log_entry WHEN EXISTS (SELECT 1 FROM log_entry WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_node_refuses_replace BEFORE INSERT ON log_node WHEN EXISTS (SELECT 1 FROM log_node WHERE level = NEW.level AND idx = NEW.idx) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_checkpoint_refuses_update BEFORE UPDATE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_checkpoint_refuses_delete BEFORE DELETE ON log_checkpoint BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_witnessed_refuses_update BEFORE UPDATE ON log_witnessed BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_witnessed_refuses_delete BEFORE DELETE ON log_witnessed BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_checkpoint_refuses_replace BEFORE INSERT ON log_checkpoint WHEN EXISTS (SELECT 1 FROM log_checkpoint WHERE size = NEW.size) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_witnessed_refuses_replace BEFORE INSERT ON log_witnessed WHEN EXISTS (SELECT 1 FROM log_witnessed WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_staff_refuses_update BEFORE UPDATE ON log_staff BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_staff_refuses_delete BEFORE DELETE ON log_staff BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_staff_refuses_replace BEFORE INSERT ON log_staff WHEN EXISTS (SELECT 1 FROM log_staff WHERE token = NEW.token) BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
COMMIT;
