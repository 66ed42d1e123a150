using System.Net;
using Npgsql;
using PgOAuth.Options;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>A PostgreSQL server and the service login there.</summary>
internal sealed class UpstreamAddress
{
    // What the proxy has a counterpart of, and what concerns nobody but an Npgsql client.
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Port", "Username", "Password", "Database", "SSL Mode", "Root Certificate", "Channel Binding", "SSL Negotiation", "Timeout", "Pooling", "Include Error Detail",
    };

    private readonly NpgsqlConnectionStringBuilder _connection;

    private UpstreamAddress(NpgsqlConnectionStringBuilder connection)
    {
        _connection = connection;
    }

    /// <summary>The database the psql lines name.</summary>
    public string Database => _connection.Database ?? "postgres";

    public string User => _connection.Username!;

    /// <summary>For checking the server before the proxy starts.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { Database = Database, Pooling = false, Timeout = 10 }.ConnectionString;

    /// <summary>Reads an Npgsql connection string.</summary>
    /// <exception cref="FormatException">It is not one, or lacks what the proxy needs. The text itself is not repeated: it may hold a password.</exception>
    public static UpstreamAddress Parse(string text)
    {
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException)
        {
            throw new FormatException("This is not a connection string such as \"Host=127.0.0.1;Port=5432;Username=pgoauth_service;Password=…;Database=app\".");
        }

        if (string.IsNullOrEmpty(connection.Host) || connection.Host.Contains(',', StringComparison.Ordinal))
        {
            throw new FormatException("The connection string needs a Host, and only one.");
        }

        if (string.IsNullOrEmpty(connection.Username))
        {
            throw new FormatException("The connection string needs a Username: the service login, which is a member of the mapped roles.");
        }

        if (connection.Keys.Cast<string>().FirstOrDefault(static key => !Known.Contains(key)) is { } unknown)
        {
            throw new FormatException($"The proxy has no counterpart of {unknown} here: leave it out, or name the server in a file (--config) that says it in the proxy's own words.");
        }

        if (connection.SslMode is SslMode.Allow or SslMode.Prefer)
        {
            // Both can be talked out of TLS, and Prefer is also what Npgsql says when the string says nothing: the proxy's own default.
            connection.SslMode = IsLocal(connection.Host) ? SslMode.Disable : SslMode.VerifyFull;
        }

        return new UpstreamAddress(connection);
    }

    /// <summary>The same server in the proxy's words.</summary>
    public void ApplyTo(UpstreamServerOptions server)
    {
        server.Host = _connection.Host!;
        server.Port = _connection.Port;
        server.Username = _connection.Username;
        server.Password = _connection.Password;
        server.RootCertificatePath = _connection.RootCertificate;
        server.TlsMode = _connection.SslMode switch
        {
            SslMode.Disable => UpstreamTlsMode.Disable,
            SslMode.Require => UpstreamTlsMode.Require,
            SslMode.VerifyCA => UpstreamTlsMode.VerifyCa,
            _ => UpstreamTlsMode.VerifyFull,
        };
        server.TlsNegotiation = _connection.SslNegotiation == SslNegotiation.Direct ? UpstreamTlsNegotiation.Direct : UpstreamTlsNegotiation.SslRequest;
        server.ChannelBinding = _connection.ChannelBinding switch
        {
            ChannelBinding.Disable => ChannelBindingMode.Disable,
            ChannelBinding.Require => ChannelBindingMode.Require,
            _ => ChannelBindingMode.Prefer,
        };
        if (_connection.ContainsKey("Timeout") && _connection.Timeout > 0)
        {
            server.ConnectTimeout = TimeSpan.FromSeconds(_connection.Timeout);
        }
    }

    /// <summary>Server and user, never the password.</summary>
    public override string ToString()
    {
        return $"{User}@{_connection.Host}:{_connection.Port}";
    }

    private static bool IsLocal(string host)
    {
        return host == "localhost" || host[0] == '/' || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }
}
