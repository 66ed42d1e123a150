namespace PgOAuth.Enforcement.Policy;

/// <summary>Which relations or functions a rule is about: schema and name (stage 7).</summary>
/// <remarks>
/// The schemas of the server itself are meant only by patterns that name them: who writes <c>*.*</c> thinks of his tables, and not of
/// pg_statistic, which holds their values.
/// </remarks>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The object in it.</param>
internal readonly record struct ObjectPattern(NamePattern Schema, NamePattern Name)
{
    /// <summary>Whether it is about every relation of every schema that is not the server's.</summary>
    internal bool IsAll => Schema.IsAny && Name.IsAny;

    internal bool Matches(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) =>
        Name.Matches(name) && Schema.Matches(schema) && (Schema.IsExact || !IsServerSchema(schema));

    /// <summary>
    /// As <see cref="Matches"/>, but for what is denied: there <c>*.*</c> means the server's schemas, too.
    /// </summary>
    internal bool MatchesDenied(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> name) => Name.Matches(name) && Schema.Matches(schema);

    /// <summary>pg_catalog, information_schema, pg_toast. Temporary schemas (pg_temp_3) hold the session's own tables.</summary>
    internal static bool IsServerSchema(ReadOnlySpan<byte> schema) =>
        schema.SequenceEqual("information_schema"u8) || (schema.StartsWith("pg_"u8) && !schema.StartsWith("pg_temp"u8));

    public override string ToString() => $"{Schema}.{Name}";
}
