namespace PgOAuth.Samples.Development.Postgres;

/// <summary>What kind of server is wanted.</summary>
public sealed class EmbeddedPostgresOptions
{
    /// <summary>The oldest supported major version.</summary>
    public const int OldestMajorVersion = 15;

    /// <summary>The newest supported major version.</summary>
    public const int NewestMajorVersion = 18;

    /// <summary>The wanted major version, 15 to 18.</summary>
    /// <value>The default is null: any of them.</value>
    public int? MajorVersion { get; init; }

    /// <summary>Lines for <c>postgresql.conf</c>, such as <c>log_statement=all</c>; the last one wins.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Lines for <c>pg_hba.conf</c>, put before the ones that trust every local connection: the first match wins.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> HostBasedAuthentication { get; init; } = [];

    /// <summary>The certificate the server speaks TLS with.</summary>
    /// <value>The default is null: no TLS.</value>
    public EmbeddedPostgresTls? Tls { get; init; }

    /// <summary>Statements the superuser runs once the server is up, in order.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> InitialSql { get; init; } = [];

    /// <summary>The caller stops, restarts or inspects the server, so one that belongs to somebody else will not do.</summary>
    /// <value>The default is false.</value>
    public bool RequireOwnServer { get; init; }

    /// <summary>Told, in one short sentence each, what takes time.</summary>
    /// <value>The default is null.</value>
    public Action<string>? Progress { get; init; }

    /// <summary>Whether the caller has a say in how the server starts.</summary>
    internal bool ShapesServer => Tls is not null || Settings.Count > 0 || HostBasedAuthentication.Count > 0;

    /// <summary>Whether only a server whose files we write ourselves can satisfy these options.</summary>
    internal bool NeedsServerFiles => RequireOwnServer || ShapesServer;

    internal bool Accepts(int majorVersion)
    {
        return MajorVersion is { } wanted ? majorVersion == wanted : majorVersion is >= OldestMajorVersion and <= NewestMajorVersion;
    }

    internal void Validate()
    {
        if (MajorVersion is < OldestMajorVersion or > NewestMajorVersion)
        {
            throw new ArgumentOutOfRangeException(
                nameof(MajorVersion), MajorVersion, $"PostgreSQL {OldestMajorVersion} to {NewestMajorVersion} are supported.");
        }
    }
}
