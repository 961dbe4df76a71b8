// Makes one replica set of the members, and a user for each service from the service's own URL,
// whose database is named after the service; and an auditor, who may read what is sold and paid, but
// no accounts.  Everything here may be repeated.

const fs = require("fs");

const SET = "boxoffice";
const SERVICES = ["auth", "tickets", "orders", "payments"];
const AUDITED = SERVICES.filter((service) => service !== "auth");
const NOT_YET_INITIALIZED = 94;
const USER_EXISTS = 51003;

const count = Number(process.env.MEMBERS);
const members = Array.from({ length: count }, (_, n) => `mongo-${n}.mongo:27017`);

// Whoever holds the key file is a member of the set, and may say so as the user __system.
const key = encodeURIComponent(fs.readFileSync("/secret/keyfile", "utf8").replace(/\s/g, ""));
const url = (hosts, options) => `mongodb://__system:${key}@${hosts}/?authSource=local&${options}`;

function initiate() {
  const admin = connect(url(members[0], "directConnection=true")).getSiblingDB("admin");
  try {
    admin.runCommand({ replSetGetStatus: 1 });
  } catch (error) {
    if (error.code !== NOT_YET_INITIALIZED) throw error;
    const list = members.map((host, _id) => ({ _id, host }));
    admin.runCommand({ replSetInitiate: { _id: SET, members: list } });
    print(`initiated ${members.join(", ")}`);
  }
}

function grant(database, file, roles) {
  // A URL with several hosts is more than the class URL can read.
  const said = /^mongodb:\/\/([^:@]+):([^@]+)@/.exec(fs.readFileSync(file, "utf8"));
  if (!said) throw new Error(`there is no user and password in ${file}`);
  const [name, pwd] = said.slice(1).map(decodeURIComponent);
  try {
    database.runCommand({ createUser: name, pwd, roles });
  } catch (error) {
    if (error.code !== USER_EXISTS) throw error;
    database.runCommand({ updateUser: name, pwd, roles });
  }
}

initiate();
const shop = connect(url(members.join(","), `replicaSet=${SET}&w=majority`));
for (const db of SERVICES) grant(shop.getSiblingDB(db), `/secret/${db}`, [{ role: "readWrite", db }]);
grant(shop.getSiblingDB("admin"), "/auditor/mongo", AUDITED.map((db) => ({ role: "read", db })));
print(`${SERVICES.length} users may write, each to a database of its own; one may read`);
