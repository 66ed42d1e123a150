import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGStatement;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;

/** Drives pgjdbc. Arguments: the checks. Environment: PGOAUTH_URL, PGOAUTH_USER, PGOAUTH_CA, PGOAUTH_TOKEN. */
public final class JdbcClient {
    public static void main(String[] checks) throws Exception {
        for (String check : checks) {
            switch (check) {
                case "query" -> query();
                case "metadata" -> metadata();
                case "cursor" -> cursor();
                case "copy" -> copy();
                case "large" -> largeObjects();
                case "cancel" -> cancel();
                case "notify" -> notifications();
                case "plugin" -> plugin();
                case "refused" -> refused();
                case "pooled" -> {
                    pooled("1");
                    pooled("5");
                }
                default -> throw new IllegalArgumentException(check);
            }
        }
        System.out.println("passed");
    }

    private static Connection connect(String token) throws SQLException {
        return connect(token, "3");
    }

    private static Connection connect(String token, String threshold) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", System.getenv("PGOAUTH_USER"));
        properties.setProperty("password", token);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", System.getenv("PGOAUTH_CA"));
        properties.setProperty("prepareThreshold", threshold);
        return DriverManager.getConnection(System.getenv("PGOAUTH_URL"), properties);
    }

    private static Connection connect() throws SQLException {
        return connect(System.getenv("PGOAUTH_TOKEN"));
    }

    private static void query() throws Exception {
        try (var connection = connect(); var statement = connection.prepareStatement("select current_user, ? + 1, ?::text")) {
            for (int n = 0; n < 10; n++) {
                statement.setInt(1, n);
                statement.setString(2, "é" + n);
                try (var rows = statement.executeQuery()) {
                    check(rows.next() && rows.getString(1).equals("engineer") && rows.getInt(2) == n + 1 && rows.getString(3).equals("é" + n), "row " + n);
                }
            }
            check(statement.unwrap(PGStatement.class).isUseServerPrepare(), "prepared on the server after prepareThreshold");
            try (var create = connection.createStatement()) {
                create.execute("create temporary table batched (n int primary key)");
            }
            try (var batch = connection.prepareStatement("insert into batched values (?)")) {
                for (int n = 0; n < 500; n++) {
                    batch.setInt(1, n);
                    batch.addBatch();
                }
                check(batch.executeBatch().length == 500, "batch");
            }
            connection.setAutoCommit(false);
            try (var wrong = connection.createStatement()) {
                var savepoint = connection.setSavepoint();
                expect("42501", () -> wrong.execute("set role analyst"));
                expect("25P02", () -> wrong.execute("select 1"));
                connection.rollback(savepoint);
                check(wrong.execute("select 1"), "the transaction goes on behind its savepoint");
            }
            connection.rollback();
        }
    }

    private static void metadata() throws Exception {
        try (var connection = connect()) {
            var metadata = connection.getMetaData();
            check(names(metadata.getTables(null, "sales", "%", new String[] {"TABLE"}), "TABLE_NAME").equals(List.of("orders")), "getTables");
            check(names(metadata.getColumns(null, "sales", "orders", "%"), "COLUMN_NAME").equals(List.of("id", "customer", "total", "placed")), "getColumns");
            check(names(metadata.getPrimaryKeys(null, "sales", "orders"), "COLUMN_NAME").equals(List.of("id")), "getPrimaryKeys");
            check(names(metadata.getIndexInfo(null, "sales", "orders", false, false), "INDEX_NAME").contains("orders_customer"), "getIndexInfo");
            check(names(metadata.getSchemas(), "TABLE_SCHEM").contains("sales"), "getSchemas");
            check(!names(metadata.getTypeInfo(), "TYPE_NAME").isEmpty(), "getTypeInfo");
            check(!names(metadata.getFunctions(null, "pg_catalog", "lower"), "FUNCTION_NAME").isEmpty(), "getFunctions");
        }
    }

    private static void cursor() throws Exception {
        try (var connection = connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.setFetchSize(100);
                long sum = 0;
                try (var rows = statement.executeQuery("select generate_series(1, 5000)")) {
                    while (rows.next()) {
                        sum += rows.getInt(1);
                    }
                }
                check(sum == 12502500, "cursor fetch");
            }
            connection.commit();
        }
    }

    private static void copy() throws Exception {
        try (var connection = connect()) {
            try (var create = connection.createStatement()) {
                create.execute("create temporary table copied (n int, said text)");
            }
            var lines = new StringBuilder();
            for (int n = 0; n < 20000; n++) {
                lines.append(n).append("\tline ").append(n).append('\n');
            }
            var manager = connection.unwrap(PGConnection.class).getCopyAPI();
            check(manager.copyIn("copy copied from stdin", new StringReader(lines.toString())) == 20000, "copyIn");
            var out = new StringWriter();
            manager.copyOut("copy copied to stdout", out);
            check(out.toString().contentEquals(lines), "copyOut");
        }
    }

    // The driver calls these functions by number, without SQL.
    private static void largeObjects() throws Exception {
        try (var connection = connect()) {
            connection.setAutoCommit(false);
            var manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            long number = manager.createLO();
            var bytes = new byte[100_000];
            new java.util.Random(18).nextBytes(bytes);
            try (var object = manager.open(number, LargeObjectManager.READWRITE)) {
                object.write(bytes);
                check(object.tell64() == bytes.length, "tell64");
                object.seek64(0, LargeObject.SEEK_SET);
                check(java.util.Arrays.equals(object.read(bytes.length), bytes), "read");
                object.truncate64(10);
                check(object.size64() == 10, "truncate64");
            }
            connection.commit();
            manager.unlink(number);
            connection.commit();
            expect("42704", () -> manager.open(number, LargeObjectManager.READ));
            connection.rollback();
            try (var rows = connection.createStatement().executeQuery("select 1")) {
                check(rows.next(), "goes on");
            }
        }
    }

    private static void cancel() throws Exception {
        try (var connection = connect(); var statement = connection.createStatement()) {
            var impatient = new Thread(() -> {
                try {
                    Thread.sleep(500);
                    statement.cancel();
                } catch (Exception error) {
                    error.printStackTrace();
                }
            });
            impatient.start();
            expect("57014", () -> statement.execute("select pg_sleep(60)"));
            impatient.join();
            statement.setQueryTimeout(1);
            expect("57014", () -> statement.execute("select pg_sleep(60)"));
            check(statement.execute("select 1"), "the session goes on");
        }
    }

    private static void notifications() throws Exception {
        try (var connection = connect(); var other = connect()) {
            try (var listen = connection.createStatement()) {
                listen.execute("listen jdbc_news");
            }
            try (var notify = other.createStatement()) {
                notify.execute("select pg_notify('jdbc_news', 'fresh')");
            }
            PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications(30_000);
            check(heard.length == 1 && heard[0].getParameter().equals("fresh"), "notification");
        }
    }

    /** Fetches the token for each new connection, as an application's own plug-in would. */
    public static final class TokenPlugin implements AuthenticationPlugin {
        static int asked;

        public TokenPlugin(Properties properties) {
        }

        @Override
        public char[] getPassword(AuthenticationRequestType type) {
            check(type == AuthenticationRequestType.CLEARTEXT_PASSWORD, "cleartext was asked for, not " + type);
            asked++;
            return System.getenv("PGOAUTH_TOKEN").toCharArray();
        }
    }

    private static void plugin() throws Exception {
        String url = System.getenv("PGOAUTH_URL") + "?user=" + System.getenv("PGOAUTH_USER") + "&sslmode=verify-full&sslrootcert=" + System.getenv("PGOAUTH_CA")
            + "&authenticationPluginClassName=JdbcClient$TokenPlugin";
        for (int n = 1; n <= 2; n++) {
            try (var connection = DriverManager.getConnection(url); var statement = connection.createStatement(); var rows = statement.executeQuery("select current_user")) {
                check(rows.next() && rows.getString(1).equals("engineer") && TokenPlugin.asked == n, "the plug-in is asked for each connection");
            }
        }
    }

    /** Five connections on two server connections; the driver calls the statements of each S_1, S_2 and so on. */
    private static void pooled(String threshold) throws Exception {
        var connections = new ArrayList<Connection>();
        var statements = new ArrayList<java.sql.PreparedStatement>();
        for (int n = 0; n < 5; n++) {
            var connection = connect(System.getenv("PGOAUTH_TOKEN"), threshold);
            connections.add(connection);
            statements.add(connection.prepareStatement("select ? + " + n));
        }
        for (int turn = 0; turn < 20; turn++) {
            for (int n = 0; n < 5; n++) {
                statements.get(n).setInt(1, turn);
                try (var rows = statements.get(n).executeQuery()) {
                    check(rows.next() && rows.getInt(1) == turn + n, "turn " + turn + " of " + n);
                }
                try (var wrong = connections.get(n).prepareStatement("select 1 / ?")) {
                    wrong.setInt(1, 0);
                    expect("22012", wrong::executeQuery);
                }
            }
        }
        check(statements.get(0).unwrap(PGStatement.class).isUseServerPrepare(), "prepared on the server");
        var first = connections.get(0);
        first.setAutoCommit(false);
        try (var create = first.createStatement(); var batch = first.prepareStatement("insert into batched values (?)")) {
            create.execute("create temporary table batched (n int primary key) on commit drop");
            for (int n = 0; n < 500; n++) {
                batch.setInt(1, n);
                batch.addBatch();
            }
            check(batch.executeBatch().length == 500, "batch");
        }
        try (var cursor = first.prepareStatement("select n from batched order by n")) {
            cursor.setFetchSize(50);
            int seen = 0;
            try (var rows = cursor.executeQuery()) {
                while (rows.next()) {
                    check(rows.getInt(1) == seen, "row " + seen);
                    if (++seen % 100 == 0) {
                        statements.get(3).setInt(1, seen);
                        try (var others = statements.get(3).executeQuery()) {
                            check(others.next() && others.getInt(1) == seen + 3, "beside the cursor");
                        }
                    }
                }
            }
            check(seen == 500, "cursor");
        }
        first.commit();
        for (var connection : connections) {
            connection.close();
        }
    }

    private static void refused() {
        try (var connection = connect("wrong")) {
            throw new AssertionError("it got in");
        } catch (SQLException error) {
            check("28000".equals(error.getSQLState()) && error.getMessage().contains("access token") && !error.getMessage().contains("wrong"), error.toString());
        }
    }

    private static List<String> names(ResultSet rows, String column) throws SQLException {
        var names = new ArrayList<String>();
        try (rows) {
            while (rows.next()) {
                names.add(rows.getString(column));
            }
        }
        return names;
    }

    private static void expect(String sqlState, Action action) {
        try {
            action.run();
        } catch (SQLException error) {
            check(sqlState.equals(error.getSQLState()), sqlState + " expected, got " + error);
            return;
        }
        throw new AssertionError(sqlState + " expected");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private interface Action {
        void run() throws SQLException;
    }
}
