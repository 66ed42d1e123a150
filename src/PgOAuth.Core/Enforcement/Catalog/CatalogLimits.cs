namespace PgOAuth.Enforcement.Catalog;

/// <summary>Stage 7: how much of a catalog is read, and how long it is good for.</summary>
internal sealed record CatalogLimits
{
    /// <summary>Everything one reading may receive: about two million columns. More is no catalog, or one this process should not hold.</summary>
    internal long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The longest row: a function has at most 100 arguments (FUNC_MAX_ARGS) and a name 63 bytes.</summary>
    internal int MaxRowBytes { get; init; } = 64 * 1024;

    /// <summary>The whole reading, connecting included.</summary>
    internal TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old a snapshot gets before the server is asked whether anything changed.</summary>
    internal TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a snapshot is used while the server cannot be asked.</summary>
    internal TimeSpan KeepFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The least time between readings that nothing but a missing name asks for.</summary>
    internal TimeSpan MissInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The least time between a failed reading and the next.</summary>
    internal TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a catalog nobody asks for is kept.</summary>
    internal TimeSpan IdleLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Catalogs held at once; the one not asked for the longest makes room.</summary>
    internal int MaxCatalogs { get; init; } = 256;

    /// <summary>Roles of one catalog whose schemas are known; beyond, all but the newest are forgotten and asked for again.</summary>
    internal int MaxRoles { get; init; } = 1_000;
}
