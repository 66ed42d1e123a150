using PgOAuth.Enforcement.Catalog;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Policy;

/// <summary>The lists that PgOAuth ships with (stage 7).</summary>
internal sealed class ShippedBaseline : IPolicyBaseline
{
    internal static ShippedBaseline Instance { get; } = new();

    public bool IsHarmless(SqlFunction function) => HarmlessFunctions.Contains(function);

    public bool IsDangerous(SqlFunction function) => HarmlessFunctions.WhyDenied(function.Schema.Utf8, function.Name.Utf8) is not null;

    public bool IsDangerous(SqlRelation relation) => HarmlessRelations.WhyDenied(relation.Schema.Utf8, relation.Name.Utf8) is not null;

    public bool IsMetadata(SqlRelation relation, ReadOnlySpan<byte> column) =>
        HarmlessRelations.TryFind(relation.Schema.Utf8, relation.Name.Utf8, out var harmless)
        && (column.IsEmpty || harmless.IsWhole || harmless.MayRead(column));
}
