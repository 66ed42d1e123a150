using System.Collections.Frozen;
using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Protocol;
using PgOAuth.Sessions;

namespace PgOAuth.Startup;

/// <summary>
/// Stage 2: turns the pairs of a startup message into <see cref="StartupParameters"/>, or refuses. An allowlist: a
/// setting takes effect before the first statement, so an unknown one could change what every later check relies on (A10).
/// </summary>
internal sealed class StartupParameterRules
{
    private const string ExchangeSetting = "pgoauth.exchange";

    /// <summary>Settings that drivers and tools send and that change neither the role nor how SQL is read.</summary>
    private static readonly FrozenSet<string> Harmless = new[]
    {
        "application_name", "bytea_output", "client_encoding", "client_min_messages", "datestyle",
        "default_transaction_deferrable", "default_transaction_isolation", "default_transaction_read_only",
        "enable_seqscan", "extra_float_digits", "geqo", "idle_in_transaction_session_timeout", "idle_session_timeout",
        "intervalstyle", "jit", "lc_messages", "lc_monetary", "lc_numeric", "lc_time", "lock_timeout", "plan_cache_mode",
        "search_path", "standard_conforming_strings", "statement_timeout", "tcp_keepalives_count",
        "tcp_keepalives_idle", "tcp_keepalives_interval", "timezone", "transaction_timeout", "work_mem",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenSet<string> _allowed;

    internal StartupParameterRules(IEnumerable<string> furtherAllowed) =>
        _allowed = Harmless.Concat(furtherAllowed).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    internal SessionFailure? TryRead(IReadOnlyList<KeyValuePair<string, string>> pairs, out StartupParameters parameters)
    {
        parameters = null!;
        string? user = null, database = null, exchange = null;
        var settings = new List<KeyValuePair<string, string>>();
        List<string>? protocolOptions = null;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in pairs)
        {
            if (!seen.Add(name))
            {
                // PostgreSQL takes the last one; a policy that read the first would be fooled (A08).
                return Protocol($"duplicate startup parameter \"{Show(name)}\"");
            }

            SessionFailure? failure = null;
            if (name is "user" or "database")
            {
                failure = CheckName(name, value);
                (user, database) = name == "user" ? (value, database) : (user, value);
            }
            else if (name == "replication")
            {
                failure = CheckReplication(value);
            }
            else if (name == "options")
            {
                failure = ReadOptions(value, settings, seen, ref exchange);
            }
            else if (name.StartsWith("_pq_.", StringComparison.Ordinal))
            {
                (protocolOptions ??= []).Add(name);
            }
            else
            {
                failure = AddSetting(name, value, settings, ref exchange);
            }

            if (failure is not null)
            {
                return failure;
            }
        }

        if (user is null)
        {
            return new SessionFailure(SessionEndReason.StartupParameterRefused, "no user")
            {
                SqlState = SqlStates.InvalidAuthorization,
                ClientMessage = "no PostgreSQL user name specified in startup packet",
                Hint = "Name the database role to become as the user.",
            };
        }

        parameters = new StartupParameters
        {
            User = user,
            Database = database ?? user,
            Settings = settings,
            Exchange = exchange,
            UnrecognizedProtocolOptions = protocolOptions ?? [],
        };
        return null;
    }

    private SessionFailure? ReadOptions(string value, List<KeyValuePair<string, string>> settings, HashSet<string> seen, ref string? exchange)
    {
        if (!StartupOptionsParser.TryParse(value, out var parsed, out var refused))
        {
            return Refused($"startup option \"{Show(refused!)}\" is not allowed", "Only -c name=value and --name=value are.");
        }

        foreach (var (name, setting) in parsed)
        {
            if (!seen.Add(name))
            {
                return Protocol($"duplicate startup parameter \"{Show(name)}\"");
            }

            if (AddSetting(name, setting, settings, ref exchange) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private SessionFailure? AddSetting(string name, string value, List<KeyValuePair<string, string>> settings, ref string? exchange)
    {
        if (string.Equals(name, ExchangeSetting, StringComparison.OrdinalIgnoreCase))
        {
            exchange = value;
            return value is "password" or "oauthbearer"
                ? null
                : Refused("pgoauth.exchange is neither password nor oauthbearer", "Use -c pgoauth.exchange=oauthbearer.");
        }

        if (!_allowed.Contains(name))
        {
            return Refused($"startup parameter \"{Show(name)}\" is not allowed", "Leave it out, or have it added to Upstream:AllowedStartupParameters.");
        }

        if (IsUnsafeForTheLexer(name, value))
        {
            return Refused($"startup parameter \"{Show(name)}\" cannot have this value", "The proxy reads SQL with standard_conforming_strings on and an ASCII-safe client_encoding such as UTF8.");
        }

        settings.Add(new(name, value));
        return null;
    }

    private static bool IsUnsafeForTheLexer(string name, string value) =>
        (name.Equals("client_encoding", StringComparison.OrdinalIgnoreCase) && !Enforcement.ProtectedSettings.IsSafeClientEncoding(value))
        || (name.Equals("standard_conforming_strings", StringComparison.OrdinalIgnoreCase) && !Enforcement.ProtectedSettings.IsSafeStandardConformingStrings(value));

    private static SessionFailure? CheckName(string name, string value) => value switch
    {
        "" => Refused($"startup parameter \"{name}\" is empty", $"Name the {name} to connect with."),
        _ when Encoding.UTF8.GetByteCount(value) > ProtocolConstants.MaxNameBytes =>
            Refused($"startup parameter \"{name}\" is longer than 63 bytes", "PostgreSQL would cut it to another name."),
        _ => null,
    };

    private static SessionFailure? CheckReplication(string value) => PostgresBoolean.Parse(value) switch
    {
        false => null,
        true => new SessionFailure(SessionEndReason.ReplicationRefused, "replication startup"),
        null when string.Equals(value, "database", StringComparison.OrdinalIgnoreCase) =>
            new SessionFailure(SessionEndReason.ReplicationRefused, "logical replication startup"),
        null => Refused("startup parameter \"replication\" has an unknown value", null),
    };

    private static SessionFailure Refused(string message, string? hint) =>
        new(SessionEndReason.StartupParameterRefused, message) { ClientMessage = message, Hint = hint };

    private static SessionFailure Protocol(string message) =>
        new(SessionEndReason.ProtocolViolation, message) { ClientMessage = message };

    private static string Show(string name) => SafeText.Clean(name);
}
