using Npgsql;
using PgOAuth.Samples.Development.Certificates;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Development.Postgres;

namespace PgOAuth.Samples.Development;

/// <summary>
/// All that a proxy needs around it, from nothing: a PostgreSQL with two roles and a table, an issuer, a certificate. The
/// sample's own configuration stays as it is in production; <see cref="Settings"/> goes over it.
/// </summary>
public sealed class DevelopmentSetup : IAsyncDisposable
{
    private const string ServicePassword = "development-only";

    private const string Sql =
        $"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'analyst') THEN CREATE ROLE analyst; END IF;
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'engineer') THEN CREATE ROLE engineer; END IF;
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgoauth_service') THEN
                CREATE ROLE pgoauth_service LOGIN NOINHERIT PASSWORD '{ServicePassword}';
            END IF;
        END $$;
        GRANT analyst, engineer TO pgoauth_service;
        CREATE TABLE orders (id int PRIMARY KEY, item text NOT NULL);
        INSERT INTO orders VALUES (1, 'lamp'), (2, 'chair'), (3, 'table');
        GRANT SELECT ON orders TO analyst, engineer;
        GRANT INSERT, UPDATE, DELETE ON orders TO engineer;
        """;

    private readonly EmbeddedPostgresServer _server;
    private readonly DevelopmentIssuer _issuer;
    private readonly DevelopmentCertificateFolder _certificate;
    private readonly string _database;

    private DevelopmentSetup(EmbeddedPostgresServer server, DevelopmentIssuer issuer, DevelopmentCertificateFolder certificate)
    {
        _server = server;
        _issuer = issuer;
        _certificate = certificate;
        _database = new NpgsqlConnectionStringBuilder(server.ConnectionString).Database ?? "postgres";
    }

    /// <summary>Configuration that points the first endpoint, the first issuer and the server <c>main</c> at this set-up.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["PgOAuth:Endpoints:0:Tls:Certificate:Path"] = _certificate.ServerCertificatePath,
        ["PgOAuth:Endpoints:0:Tls:Certificate:KeyPath"] = _certificate.ServerKeyPath,
        ["PgOAuth:Authentication:Issuers:0:Issuer"] = _issuer.Issuer,
        ["PgOAuth:Authentication:Issuers:0:Audiences:0"] = _issuer.Audience,
        ["PgOAuth:Authentication:Issuers:0:DangerousAllowHttpOnLoopback"] = "true",
        ["PgOAuth:Upstream:Servers:main:Host"] = _server.Host,
        ["PgOAuth:Upstream:Servers:main:Port"] = _server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["PgOAuth:Upstream:Servers:main:Username"] = "pgoauth_service",
        ["PgOAuth:Upstream:Servers:main:Password"] = ServicePassword,
    };

    /// <summary>Starts it; disposing stops the server and removes its data.</summary>
    /// <param name="progress">Told what takes time.</param>
    /// <param name="cancellationToken">Gives up; what was started is stopped.</param>
    public static async Task<DevelopmentSetup> StartAsync(Action<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var certificate = await DevelopmentCertificateFolder.OpenAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var issuer = await DevelopmentIssuer.StartAsync(new() { KeyFolder = DevelopmentTokenIssuer.DefaultKeyFolder }, cancellationToken).ConfigureAwait(false);
        try
        {
            var server = await EmbeddedPostgres.StartAsync(new() { InitialSql = [Sql], Progress = progress }, cancellationToken).ConfigureAwait(false);
            return new DevelopmentSetup(server, issuer, certificate);
        }
        catch
        {
            await issuer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lines to paste into a shell: alice reads, bob writes, carol is refused.</summary>
    /// <param name="port">Where the proxy listens.</param>
    public string Invite(int port)
    {
        string Line(string person, string role) =>
            $"""PGPASSWORD={_issuer.IssueToken(DevelopmentPerson.Find(person)!)} psql "host=localhost port={port} dbname={_database} user={role} sslmode=verify-full sslrootcert={_certificate.AuthorityPath}" -c "SELECT current_user, * FROM orders" """;

        return $"""

            # alice may read
            {Line("alice", "analyst")}

            # bob may also write
            {Line("bob", "engineer")}

            # carol is refused
            {Line("carol", "analyst")}

            """;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
