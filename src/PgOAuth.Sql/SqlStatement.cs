using PgOAuth.Sql.Syntax;

namespace PgOAuth.Sql;

/// <summary>One statement of a text.</summary>
/// <param name="Kind">PostgreSQL's node.</param>
/// <param name="Root">Index of its node.</param>
/// <param name="Location">First byte.</param>
/// <param name="Length">Bytes up to its semicolon or the end of the text.</param>
/// <param name="Token">First token: brackets around a whole query belong to no node.</param>
/// <param name="EndToken">Token after the last one.</param>
internal readonly record struct SqlStatement(SqlNodeKind Kind, int Root, int Location, int Length, int Token, int EndToken);
